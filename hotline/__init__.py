"""The running system: touches the world, decides nothing."""
