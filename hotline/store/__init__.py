"""Truth on disk: the append-only journal and the tables derived from it."""
