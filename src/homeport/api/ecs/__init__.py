"""Amazon ECS: its operations by noun, what they look up, and what they answer with."""
