"""Measured beside peers, in the same run, with one client for all: `make bench`."""
