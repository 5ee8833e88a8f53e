"""Text to audio, cached: every prompt as an 8 kHz A-law file."""
