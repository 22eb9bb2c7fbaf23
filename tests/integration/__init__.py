"""Against real engines and real sockets."""
