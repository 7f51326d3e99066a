"""The parts of Many from a file: read, plan, send."""
