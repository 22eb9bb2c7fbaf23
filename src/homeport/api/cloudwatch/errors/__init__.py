"""Every error that CloudWatch gives, by noun."""
