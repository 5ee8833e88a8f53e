"""`python -m tools.speech_model train` makes a model; `… eval` measures one."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "asr" / "models" / "embedded"


def main(arguments: Sequence[str]) -> int:
    """Run one command; the libraries it needs are loaded then."""
    asked = _parser().parse_args(arguments)
    return {"train": _train, "eval": _evaluate, "calls": _write_calls, "repeat": _repeat}[asked.command](asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.speech_model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="synthesise speech, train the network, write the model")
    train.add_argument("--out", type=Path, default=MODEL, help="folder of the model (default: the embedded one)")
    train.add_argument("--work", type=Path, default=Path("var/speech-model"), help="folder for what comes in between")
    train.add_argument("--recordings", type=Path, help="wave files with manifest.tsv (name, text) to train on, too")
    train.add_argument("--utterances", type=int, help="synthetic utterances")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--workers", type=int, default=2, help="processes of synthesis")
    evaluate = commands.add_parser("eval", help="how well a model understands the hotline's menu")
    evaluate.add_argument("model", type=Path, nargs="?", default=MODEL)
    evaluate.add_argument("--menus", type=Path, default=Path("menus.yaml"), help="the menu callers speak to")
    evaluate.add_argument("--work", type=Path, default=Path("var/speech-model"), help="folder for the calls")
    evaluate.add_argument("--recordings", type=Path, help="wave files with manifest.tsv (name, text, node) instead")
    evaluate.add_argument("--count", type=int, default=200, help="utterances of each kind, in each half")
    evaluate.add_argument("--tune", action="store_true", help="write the limits chosen into the model's hotline.json")
    calls = commands.add_parser("calls", help="write the evaluation's calls as wave files, for `hotline asr eval`")
    calls.add_argument("folder", type=Path)
    calls.add_argument("--half", choices=("tune", "report"), default="report")
    calls.add_argument("--menus", type=Path, default=Path("menus.yaml"))
    calls.add_argument("--count", type=int, default=200)
    repeat = commands.add_parser("repeat", help="make a small model twice, and fail if the two differ")
    repeat.add_argument("--work", type=Path, default=Path("var/speech-model-twice"))
    repeat.add_argument("--workers", type=int, default=2)
    return parser


def _train(asked: argparse.Namespace) -> int:
    from tools.speech_model.making import Making
    from tools.speech_model.recipe import Recipe

    recipe = Recipe(seed=asked.seed, **({"utterances": asked.utterances} if asked.utterances else {}))
    Making(recipe, asked.work, asked.out, asked.recordings, asked.workers, _say).run()
    return 0


def _evaluate(asked: argparse.Namespace) -> int:
    from hotline.speech.limits import read_limits, write_limits
    from tools.speech_model.measuring import Examiner

    examiner = Examiner(asked.model, asked.menus, asked.work, _say)
    if asked.recordings:
        examiner.run_recordings(asked.recordings, read_limits(asked.model))
        return 0
    limits = examiner.run(asked.count)
    if asked.tune:
        write_limits(asked.model, limits)
    return 0


def _write_calls(asked: argparse.Namespace) -> int:
    from tools.speech_model.measuring import Examiner

    Examiner(MODEL, asked.menus, asked.folder, _say).write_calls(asked.folder, asked.half, asked.count)
    return 0


def _repeat(asked: argparse.Namespace) -> int:
    from tools.speech_model.making import is_repeatable

    return 0 if is_repeatable(asked.work, asked.workers, _say) else 1


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
