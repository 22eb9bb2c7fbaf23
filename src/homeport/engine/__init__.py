"""The turn: rows and the time in, effects and the next date out. No clock, no dice, no I/O."""
