"""The folder Vosk loads: network, graphs, words and settings."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tools.speech_model.features import CONF
from tools.speech_model.fst_tools import FstTools, compile_sounds, compile_words
from tools.speech_model.graph import SoundGraph, WordGraph, cut, words_txt
from tools.speech_model.kaldi_export import loop_transition
from tools.speech_model.lexicon import pronunciations, vocabulary
from tools.speech_model.phones import KALDI_PHONES, PHONES, POSITIONS, SILENCE_PHONE
from tools.speech_model.texts import sentence

CHUNK = 60
"""Frames of 10 ms the network takes at once. Kaldi's own 20 lets guesses come 0.2 s sooner, but nearly half of the
time goes into laying out the same weights again and again; the hotline acts on words that are complete."""

SENTENCES = 20_000
"""For the word graph without a grammar."""


def model_conf(acoustic_scale: float) -> str:
    """Vosk's settings of the search; its own end-of-speech rules are set, though the hotline decides that itself."""
    return "\n".join(
        (
            "--min-active=20",
            f"--frames-per-chunk={CHUNK}",
            "--max-active=3000",
            "--beam=9.5",
            "--lattice-beam=1.0",
            f"--acoustic-scale={acoustic_scale}",
            "--frame-subsampling-factor=3",
            f"--endpoint.silence-phones={SILENCE_PHONE}",
            "--endpoint.rule2.min-trailing-silence=0.5",
            "--endpoint.rule3.min-trailing-silence=0.75",
            "--endpoint.rule4.min-trailing-silence=1.0",
            "",
        )
    )


def word_boundaries() -> str:
    """Where in a word each of Kaldi's phones stands."""
    lines = [f"{SILENCE_PHONE} nonword"]
    for number in range(len(PHONES)):
        first = SILENCE_PHONE + 1 + number * len(POSITIONS)
        lines += [f"{first + place} {position}" for place, position in enumerate(POSITIONS)]
    return "\n".join(lines) + "\n"


def write_graphs(folder: Path, tools: FstTools, seed: int, report: Callable[[str], None]) -> None:
    """Everything but the network."""
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    ids = {word: number for number, word in enumerate(vocabulary(), 1)}
    sounds = SoundGraph(pronunciations)
    sounds.add_words(ids)
    compiled, renumbered = compile_sounds(tools, sounds.text(), folder)
    ids = {word: renumbered.get(number, number) for word, number in ids.items()}
    (graph / "HCLr.fst").write_bytes(compiled)
    (graph / "words.txt").write_text(words_txt(ids), "utf-8")
    (graph / "Gr.fst").write_bytes(compile_words(tools, word_graph(ids, seed).text()))
    (graph / "disambig_tid.int").write_text(f"{loop_transition(KALDI_PHONES + 1)}\n")
    (graph / "phones" / "word_boundary.int").write_text(word_boundaries())
    (folder / "conf" / "mfcc.conf").write_text(CONF)
    report(f"graphs of {len(ids)} words")


def word_graph(ids: dict[str, int], seed: int) -> WordGraph:
    """Learnt from the same kind of sentences as the network."""
    rng, known = np.random.default_rng(seed), frozenset(ids)
    return WordGraph((cut(sentence(rng), known) for _ in range(SENTENCES)), ids)


def checksum(folder: Path) -> str:
    """One SHA-256 over every file Vosk reads, names included."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


README = """# The embedded speech model

It understands **synthetic callers**: it is for demos, tests and a first try without a download. It was trained on
espeak-ng's voices only and has never heard a person. **For people, install a real model**: `hotline model install`.

| | |
|---|---|
| Made by | `make model` (`python -m tools.speech_model train`), recipe {recipe}, seed {seed} |
| From | {utterances:,} synthetic utterances, {hours:.1f} hours; no recording of anybody, no other model |
| Knows | {words:,} words: every character of GB 2312, the words of hotlines, Latin letters, `[unk]`; Mandarin only |
| Hears | 8 kHz telephone sound; tones are not told apart |
| Network | {parameters:,} parameters, looks {ahead:.2f} s ahead |
| Files | {megabytes:.1f} MB, SHA-256 `{sha256}` (`tools.speech_model.assembly.checksum`) |
| Licence | the project's own |

`hotline.json` holds its limits of trust, chosen by `python -m tools.speech_model eval --tune` on other voices, carriers
and phrases than the figures in docs/guide/speech-model.md are about.
"""
"""Beside the model; the numbers are those of its making."""
