"""A model's own limits of trust, in `hotline.json` beside its files: log-likelihoods differ from model to model."""

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from asr.filler_guess import FillerGuess
from asr.rejection import Limits
from telephony.errors import RecognizerError

FILE = "hotline.json"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    act: float
    ask: float
    filler: FillerGuess | None = None


def read_limits(folder: Path) -> Limits:
    """Return those of a model, or the defaults if it has none. Raise `RecognizerError` if the file is mangled."""
    file = folder / FILE
    try:
        shape = _Shape.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Limits()
    except (ValidationError, OSError) as error:
        message = f'{file}: must be as {{"act": 2.0, "ask": 1.6}}; `hotline asr eval --tune` writes it'
        raise RecognizerError(message, retryable=False) from error
    return Limits(act=shape.act, ask=min(shape.act, shape.ask), filler=shape.filler)


def write_limits(folder: Path, limits: Limits) -> Path:
    """Write them."""
    file = folder / FILE
    shape: dict[str, object] = {"act": round(limits.act, 3), "ask": round(limits.ask, 3)}
    if limits.filler is not None:
        shape["filler"] = {name: round(value, 3) for name, value in asdict(limits.filler).items()}
    file.write_text(json.dumps(shape) + "\n", "utf-8")
    return file
