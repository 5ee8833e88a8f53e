"""What the caller hears and chooses. Pure: no clock, no I/O, no randomness, no logging."""
