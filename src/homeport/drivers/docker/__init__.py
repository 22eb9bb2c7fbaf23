"""Containers on the Docker Engine API: Docker itself, and Podman's service, which speaks the same."""
