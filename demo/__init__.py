"""A blue/green deployment on real containers, told as a story: `make demo`."""
