"""Where the data plane is: directories, ports, and addresses that containers reach."""

import os
import socket
from pathlib import Path

import pytest

from homeport.drivers.apart.rooms import LONGEST_SOCKET, Unsafe
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.ports import objections
from homeport.drivers.envoy.resources import LISTENERS, packed


def test_sockets_live_with_the_files_where_their_names_are_short_enough():
    folder = Folder.of(Path("/srv/homeport"))
    assert folder.sockets == folder.files == Path("/srv/homeport/balancer")


def test_a_long_data_directory_has_short_sockets_that_everybody_finds_again():
    data = Path("/srv") / ("long" * 30)
    folder = Folder.of(data)
    assert folder.files == data / "balancer"
    assert len(os.fsencode(folder.admin)) <= LONGEST_SOCKET
    assert Folder.of(data) == folder != Folder.of(data / "other")


def test_a_directory_of_somebody_elses_making_is_refused(tmp_path):
    long = tmp_path.joinpath("long" * 30)
    folder = Folder.of(long)
    folder.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(Unsafe, match="not a directory of ours"):
            folder.make()
    finally:
        folder.sockets.unlink()


def body(port: int, protocol: str = "TCP") -> bytes:
    address = {"address": "127.0.0.1", "port_value": port, "protocol": protocol}
    return packed(LISTENERS, {"name": "x", "address": {"socket_address": address}})


@pytest.mark.parametrize(("kind", "protocol"), [(socket.SOCK_STREAM, "TCP"), (socket.SOCK_DGRAM, "UDP")])
def test_a_port_on_which_another_process_listens_is_objected_to_and_one_of_our_own_is_not(kind, protocol):
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        words = f"cannot bind '127.0.0.1:{port}': Address already in use"
        assert objections({"x": body(port, protocol)}, None) == {"x": words}
        assert objections({"x": body(port, protocol)}, os.getpid()) == {}
    assert objections({"x": body(port, protocol)}, None) == {}
