"""Who answers, and when. Pure: no clock, no I/O, no randomness, no logging."""
