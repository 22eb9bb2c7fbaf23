"""The world: container runtimes, asked for effects and answering with observations."""
