"""The operations: plain typed synchronous functions of a transaction. They leave the engine rows, and nothing else."""
