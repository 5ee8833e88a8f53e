"""`python -m tools.speech_model train` makes a model; `… eval` measures one."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "asr" / "models" / "embedded"


def main(arguments: Sequence[str]) -> int:
    """Run one command; the libraries it needs are loaded then."""
    asked = _parser().parse_args(arguments)
    return _train(asked) if asked.command == "train" else _evaluate(asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.speech_model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="synthesise speech, train the network, write the model")
    train.add_argument("--out", type=Path, default=MODEL, help="folder of the model (default: the embedded one)")
    train.add_argument("--work", type=Path, default=Path("var/speech-model"), help="folder for what comes in between")
    train.add_argument("--recordings", type=Path, help="wave files with manifest.tsv (name, text) to train on, too")
    train.add_argument("--utterances", type=int, help="synthetic utterances")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--workers", type=int, default=2, help="processes of synthesis, threads of training")
    evaluate = commands.add_parser("eval", help="how well a model understands the hotline's menu")
    evaluate.add_argument("model", type=Path, nargs="?", default=MODEL)
    evaluate.add_argument("--recordings", type=Path, help="wave files with manifest.tsv (name, text, node) instead")
    evaluate.add_argument("--limit", type=int, default=400, help="utterances of each kind")
    return parser


def _train(asked: argparse.Namespace) -> int:
    from tools.speech_model.making import make
    from tools.speech_model.recipe import Recipe

    numbers = {"seed": asked.seed} | ({"utterances": asked.utterances} if asked.utterances else {})
    recipe = Recipe(**numbers)
    make(recipe, asked.work, asked.out, recordings=asked.recordings, workers=asked.workers, report=_say)
    return 0


def _evaluate(asked: argparse.Namespace) -> int:
    raise NotImplementedError


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
