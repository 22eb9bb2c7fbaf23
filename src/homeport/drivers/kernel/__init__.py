"""What is asked of the kernel directly: addresses, routes and sets of addresses, by netlink."""
