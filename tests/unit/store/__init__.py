"""The parts of the store, and what only the one on disk promises."""
