"""The whole way from nothing to a model folder. Needs `.[train]`."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from tools.speech_model import corpus
from tools.speech_model.assembly import checksum, model_conf, write_graphs
from tools.speech_model.folding import fold
from tools.speech_model.fst_tools import find_tools
from tools.speech_model.kaldi_export import final_mdl
from tools.speech_model.network import Network
from tools.speech_model.recipe import ACOUSTIC_SCALE, VERSION, Recipe
from tools.speech_model.recordings import align, read_recordings
from tools.speech_model.synthesis import synthesise
from tools.speech_model.training import accuracy, priors, train

Report = Callable[[str], None]

LEFT_OUT = 200
"""Synthetic utterances kept out of the training, to see how it goes."""

ALIGNING_EPOCHS = 1
"""Of training on synthetic speech alone, before the network can say what is where in recordings."""


def make(recipe: Recipe, work: Path, model: Path, *, recordings: Path | None, workers: int, report: Report) -> None:
    """Synthesise, train, write. What lies in the work folder already is not made again."""
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(workers)
    files = synthesise(work, recipe.utterances, recipe.seed, workers=workers, report=report)
    utterances = [utterance for file in files for utterance in corpus.load(file)]
    report(f"{len(utterances)} synthetic utterances, {hours(utterances):.1f} hours")
    network = train_network(recipe, utterances, recordings, report)
    torch.save(network.state_dict(), work / "network.pt")
    report(f"{accuracy(network, utterances[:LEFT_OUT]):.3f} of frames right on utterances left out")
    write_model(network, utterances, recipe, model, report=report)


def train_network(
    recipe: Recipe, utterances: list[corpus.Utterance], recordings: Path | None, report: Report
) -> Network:
    """The network, trained on all but the first utterances."""
    network = Network(recipe.shape)
    network.normalise(np.concatenate([one.features for one in utterances[::7]]).astype(np.float32))
    kept = utterances[LEFT_OUT:]
    if recordings:
        course = replace(recipe.course, epochs=ALIGNING_EPOCHS)
        train(network, kept, course, seed=recipe.seed, report=report)
        own = align(network, read_recordings(recordings, recipe.recordings_weight, recipe.seed), priors(kept))
        report(f"{len(own)} of one's own, {hours(own):.1f} hours, each {recipe.recordings_weight} times")
        kept = kept + own
    train(network, kept, recipe.course, seed=recipe.seed, report=report)
    return network


def hours(utterances: list[corpus.Utterance]) -> float:
    """How long they are together."""
    return sum(len(one.features) for one in utterances) / 360_000


def write_model(
    network: Network, utterances: list[corpus.Utterance], recipe: Recipe, model: Path, *, report: Report
) -> None:
    """The folder for Vosk, and what made it."""
    shutil.rmtree(model / "am", ignore_errors=True)
    (model / "am").mkdir(parents=True)
    write_graphs(model, find_tools(Path.home() / ".cache" / "hotline", report), recipe.seed, report)
    (model / "conf" / "model.conf").write_text(model_conf(ACOUSTIC_SCALE))
    (model / "am" / "final.mdl").write_bytes(final_mdl(fold(network), priors(utterances)))
    made = {"recipe": VERSION, "sha256": checksum(model), **asdict(recipe)}
    (model / "made.json").write_text(json.dumps(made, indent=2) + "\n")
    report(f"{model}: {sum(path.stat().st_size for path in model.rglob('*') if path.is_file()) / 1e6:.1f} MB")
