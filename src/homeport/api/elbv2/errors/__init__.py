"""Every error that Elastic Load Balancing gives, by noun."""
