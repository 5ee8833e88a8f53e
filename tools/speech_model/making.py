"""The whole way from nothing to a model folder. Needs `.[train]`."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from tools.speech_model.network import Network, Shape
from tools.speech_model.recipe import ACOUSTIC_SCALE, VERSION, Recipe
from tools.speech_model.recordings import align, read_recordings
from tools.speech_model.synthesis import synthesise
from tools.speech_model.training import Course, accuracy, priors, train

LEFT_OUT = 200
"""Synthetic utterances kept out of the training, to see how it goes."""

THREADS = 1
"""Of the training: sums come out the same wherever it runs, and nothing waits on a busy machine."""

NORMAL = 2_000
"""Utterances that the features' mean and spread are taken of."""

CACHE = Path.home() / ".cache" / "hotline"

Utterances = Sequence[corpus.Utterance]

SMALL = Recipe(
    utterances=500,
    shape=Shape(width=32),
    courses=(Course(1, 3e-3, 1e-3), Course(1, 1e-3, 1e-4), Course(1, 1e-4, 1e-4, is_whole=True)),
)
"""Every step of the way in two minutes."""


@dataclass(frozen=True, slots=True)
class Making:
    """One model in the making. What lies in the work folder already is not made again."""

    recipe: Recipe
    work: Path
    model: Path
    """Its folder; what is in there goes."""
    recordings: Path | None
    """A folder of one's own: learnt from the second course on, when the network can tell what is where in them."""
    workers: int
    """Processes of synthesis."""
    report: Callable[[str], None]

    def run(self) -> None:
        """Synthesise, train, write."""
        self.work.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(THREADS)
        recipe = self.recipe
        files = synthesise(self.work, recipe.utterances, recipe.seed, workers=self.workers, report=self.report)
        utterances = [utterance for file in files for utterance in corpus.load(file)]
        self.report(f"{len(utterances)} synthetic utterances, {hours(utterances):.1f} hours")
        network = new_network(recipe, utterances)
        learnt = utterances[LEFT_OUT:]
        for number, course in enumerate(recipe.courses):
            if self.recordings and number == 1:
                learnt = learnt + self._own(network, self.recordings)
            self._take(course, number, network, learnt)
            self.report(f"{accuracy(network, utterances[:LEFT_OUT]):.3f} of outputs right in what was left out")
        self.write(network, utterances)

    def _take(self, course: Course, number: int, network: Network, utterances: Utterances) -> None:
        """One course, unless its outcome is there already."""
        saved = self.work / f"network-{number + 1}.pt"
        if saved.exists():
            network.load_state_dict(torch.load(saved))
        else:
            begin, end = (round(share * len(utterances)) for share in course.part)
            train(network, utterances[begin:end], course, seed=self.recipe.seed + number, report=self.report)
            torch.save(network.state_dict(), saved)

    def _own(self, network: Network, folder: Path) -> list[corpus.Utterance]:
        times = self.recipe.recordings_weight
        found = align(network, read_recordings(folder, times, self.recipe.seed))
        self.report(f"{len(found)} of one's own, each recording {times} times, {hours(found):.1f} hours")
        return found

    def write(self, network: Network, utterances: Utterances) -> None:
        """The folder for Vosk, and what made it. Limits of trust that lie there are of another model: they go."""
        shutil.rmtree(self.model, ignore_errors=True)
        (self.model / "am").mkdir(parents=True)
        write_graphs(self.model, find_tools(CACHE, self.report), self.recipe.seed, self.report)
        (self.model / "conf" / "model.conf").write_text(model_conf(ACOUSTIC_SCALE))
        (self.model / "am" / "final.mdl").write_bytes(final_mdl(fold(network), priors(utterances)))
        made = {
            "recipe": VERSION,
            "seed": self.recipe.seed,
            "utterances": len(utterances),
            "hours": hours(utterances),
            "words": len(vocabulary()),
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "ahead": network.shape.right * FRAME_S,
            "megabytes": sum(path.stat().st_size for path in self.model.rglob("*") if path.is_file()) / 1e6,
            "sha256": checksum(self.model),
        }
        (self.model / "README.md").write_text(README.format(**made), "utf-8")
        self.report(f"{self.model}: {made['megabytes']:.1f} MB, SHA-256 {made['sha256']}")


def new_network(recipe: Recipe, utterances: Utterances) -> Network:
    """One that has learnt nothing but how loud the world is."""
    torch.manual_seed(recipe.seed)
    network = Network(recipe.shape)
    network.normalise(np.concatenate([one.features for one in utterances[:NORMAL]]).astype(np.float32))
    return network


def is_repeatable(work: Path, workers: int, report: Callable[[str], None]) -> bool:
    """Whether a small recipe, followed twice from nothing, gives the same files byte for byte."""
    sums = []
    for name in ("once", "again"):
        shutil.rmtree(work / name, ignore_errors=True)
        Making(SMALL, work / name, work / name / "model", None, workers, report).run()
        sums.append(checksum(work / name / "model"))
    report("the same files" if len(set(sums)) == 1 else "different files")
    return len(set(sums)) == 1


def hours(utterances: Utterances) -> float:
    """How long they are together."""
    return sum(len(one.features) for one in utterances) * FRAME_S / 3600
