"""What the embedded host promises: each change of the engine, and each of the commands."""
