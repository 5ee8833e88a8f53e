"""Which speech model the workers load."""

from pathlib import Path

from hotline.settings import Settings

EMBEDDED = Path(__file__).resolve().parents[2] / "asr" / "models" / "embedded"
"""Built from synthetic voices, for trying out."""


def model_folder(settings: Settings) -> Path | None:
    """The admin's, or the embedded one; None: there is none, and callers use keys."""
    if settings.asr_model is not None:
        return settings.asr_model
    return EMBEDDED if EMBEDDED.is_dir() else None
