"""What ECS answers when it refuses: one function per text, by noun."""
