"""kill -9 at every step, with a real process and a real file; only the containers are dice."""
