"""What the drivers say and ask, as values."""
