"""Every error that EC2 gives, by noun."""
