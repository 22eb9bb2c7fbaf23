"""The Docker driver on a real engine, and on one that misbehaves."""
