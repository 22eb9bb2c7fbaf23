"""Whose hand is on the scale: one module per deployment type. For EXTERNAL it is the user's."""
