"""Records as Elastic Load Balancing shows them."""
