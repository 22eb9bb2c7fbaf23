"""A container runtime that runs nothing: dice and a heap, for the simulator and for `homeport up --engine simulated`."""
