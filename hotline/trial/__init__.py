"""Simulated callers and agents on a second, real Asterisk: `hotline call`, tests and benchmarks."""
