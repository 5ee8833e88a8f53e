"""What the caller said. Pure, but for `asr.engines`."""
