"""The simulator: the real engine and the real store under virtual time, in a world of dice."""
