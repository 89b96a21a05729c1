"""What the runtimes need from the world: Protocols only."""
