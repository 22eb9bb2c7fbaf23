"""The shell: sockets, signals, threads and the clock. The only place that knows everyone."""
