"""Records as EC2 shows them."""
