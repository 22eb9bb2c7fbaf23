"""The verbs: pure functions from views and the time to a Plan. No clock, no dice, no I/O."""
