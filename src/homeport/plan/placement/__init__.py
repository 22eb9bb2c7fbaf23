"""Where a task goes: what it needs, what is free, what is allowed, what is preferred."""
