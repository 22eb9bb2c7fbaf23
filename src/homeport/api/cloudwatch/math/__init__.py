"""Metric math, as far as it goes: read by a small parser, run by a small machine, both bounded."""
