"""The whole way from nothing to a model folder. Needs `.[train]`."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from tools.speech_model import corpus
from tools.speech_model.assembly import README, checksum, model_conf, write_graphs
from tools.speech_model.features import FRAME_S
from tools.speech_model.folding import fold
from tools.speech_model.fst_tools import find_tools
from tools.speech_model.kaldi_export import final_mdl
from tools.speech_model.lexicon import vocabulary
from tools.speech_model.network import Network
from tools.speech_model.recipe import ACOUSTIC_SCALE, VERSION, Recipe
from tools.speech_model.recordings import align, read_recordings
from tools.speech_model.synthesis import synthesise
from tools.speech_model.training import Course, accuracy, priors, train

Report = Callable[[str], None]

LEFT_OUT = 200
"""Synthetic utterances kept out of the training, to see how it goes."""


def make(recipe: Recipe, work: Path, model: Path, *, recordings: Path | None, workers: int, report: Report) -> None:
    """Synthesise, train, write. What lies in the work folder already is not made again."""
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(workers)
    files = synthesise(work, recipe.utterances, recipe.seed, workers=workers, report=report)
    utterances = [utterance for file in files for utterance in corpus.load(file)]
    report(f"{len(utterances)} synthetic utterances, {hours(utterances):.1f} hours")
    network = Network(recipe.shape)
    network.normalise(np.concatenate([one.features for one in utterances[::7]]).astype(np.float32))
    learnt = utterances[LEFT_OUT:]
    for number, course in enumerate(recipe.courses):
        if recordings and number == 1:
            learnt = learnt + _own(network, recordings, recipe, report)
        _take(course, network, learnt, work / f"network-{number + 1}.pt", recipe.seed + number, report)
        report(f"{accuracy(network, utterances[:LEFT_OUT]):.3f} of frames right in utterances left out")
    write_model(network, utterances, recipe, model, report=report)


def _take(
    course: Course, network: Network, utterances: list[corpus.Utterance], saved: Path, seed: int, report: Report
) -> None:
    """One course, unless its outcome is there already."""
    if saved.exists():
        network.load_state_dict(torch.load(saved))
        return
    train(network, utterances, course, seed=seed, report=report)
    torch.save(network.state_dict(), saved)


def _own(network: Network, folder: Path, recipe: Recipe, report: Report) -> list[corpus.Utterance]:
    """One's own recordings; a network that has taken the first course can tell what is where in them."""
    found = align(network, read_recordings(folder, recipe.recordings_weight, recipe.seed))
    report(f"{len(found)} of one's own, {hours(found):.1f} hours, each {recipe.recordings_weight} times")
    return found


def hours(utterances: list[corpus.Utterance]) -> float:
    """How long they are together."""
    return sum(len(one.features) for one in utterances) / 360_000


def write_model(
    network: Network, utterances: list[corpus.Utterance], recipe: Recipe, model: Path, *, report: Report
) -> None:
    """The folder for Vosk, and what made it. Limits of trust that lie there are of another model: they go."""
    shutil.rmtree(model, ignore_errors=True)
    (model / "am").mkdir(parents=True)
    write_graphs(model, find_tools(Path.home() / ".cache" / "hotline", report), recipe.seed, report)
    (model / "conf" / "model.conf").write_text(model_conf(ACOUSTIC_SCALE))
    (model / "am" / "final.mdl").write_bytes(final_mdl(fold(network), priors(utterances)))
    made = {
        "recipe": VERSION,
        "seed": recipe.seed,
        "utterances": len(utterances),
        "hours": hours(utterances),
        "words": len(vocabulary()),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "ahead": network.shape.right * FRAME_S,
        "megabytes": sum(path.stat().st_size for path in model.rglob("*") if path.is_file()) / 1e6,
        "sha256": checksum(model),
    }
    (model / "README.md").write_text(README.format(**made), "utf-8")
    report(f"{model}: {made['megabytes']:.1f} MB, SHA-256 {made['sha256']}")
