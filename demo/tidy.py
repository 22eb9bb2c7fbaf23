"""Takes away what a server of our own has made: processes, containers and networks, found by its label."""

from demo.server import Server
from demo.shop import docker


def tidy(server: Server) -> None:
    """Stop the server and its data plane, and remove what its installation has made."""
    server.stop()
    server.down()
    installation = server.installation()
    if installation is None:
        return
    ours = f"label=homeport.installation={installation}"
    ids = docker("ps", "-aq", "--filter", ours).split()
    if ids:
        docker("rm", "-f", "-v", *ids)
    networks = docker("network", "ls", "-q", "--filter", ours).split()
    if networks:
        docker("network", "rm", *networks)
