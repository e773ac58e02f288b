"""What the engine calls instead of code that the fork took out or that needs a server: see changes.py."""
