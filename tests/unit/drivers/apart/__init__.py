"""The network process, as far as it is pure."""
