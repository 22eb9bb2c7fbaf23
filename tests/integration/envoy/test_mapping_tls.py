"""HTTPS and TLS, with real handshakes: which certificate is shown, which versions are spoken, who ends the encryption."""

import asyncio
import ssl

import pytest

from homeport.plan.traffic import Fixed, HttpOptions
from tests.integration.envoy.keys import a_key_pair, ask, trusting
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, to
from tests.integration.health import servers

FIRST = a_key_pair("a.example.com")
SECOND = a_key_pair("b.example.com", "*.b.example.com")
HERE = Fixed(status=200, body="here")


def test_a_certificate_is_chosen_by_the_name_that_the_client_asks_for(tmp_path):
    async def test(room: Room) -> None:
        listener = a_listener(HERE, protocol="HTTPS", key_pairs=(FIRST, SECOND))
        await room.put(listener)
        place = (listener.address, listener.port)
        for name, shown in (
            ("a.example.com", "a.example.com"),
            ("b.example.com", "b.example.com"),
            ("x.b.example.com", "b.example.com"),
            ("unknown.example.com", "a.example.com"),
        ):
            found = await ask(*place, name)
            assert (found.name, found.answer) == (shown, "here"), name

    in_a_room(tmp_path, test)


def test_a_shared_port_is_told_apart_by_the_name_that_the_client_asks_for(tmp_path):
    async def test(room: Room) -> None:
        first = a_listener(Fixed(status=200, body="first"), number=1, protocol="HTTPS", key_pairs=(FIRST,))
        second = a_listener(
            Fixed(status=200, body="second"),
            number=2,
            protocol="HTTPS",
            key_pairs=(SECOND,),
            port=first.port,
        )
        await room.put(first, second)
        for name, answer in (
            (first.dns_name, "first"),
            (second.dns_name, "second"),
            ("b.example.com", "second"),
            ("unknown.example.com", "first"),
        ):
            assert (await ask("127.0.0.1", first.port, name)).answer == answer, name

    in_a_room(tmp_path, test)


@pytest.mark.parametrize(
    ("options", "offered", "agreed"),
    [
        (HttpOptions(), ("h2", "http/1.1"), "h2"),
        (HttpOptions(), ("http/1.1",), "http/1.1"),
        (HttpOptions(http2=False), ("h2", "http/1.1"), "http/1.1"),
    ],
)
def test_http2_is_agreed_upon_where_it_is_on(tmp_path, options, offered, agreed):
    async def test(room: Room) -> None:
        listener = a_listener(HERE, protocol="HTTPS", key_pairs=(FIRST,), http=options)
        await room.put(listener)
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)
        reader, writer = await asyncio.open_connection(
            listener.address, listener.port, ssl=trusting(*offered), server_hostname="a.example.com"
        )
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == agreed
        writer.write(preface if agreed == "h2" else b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        begun = await reader.read(5)
        assert (begun == b"HTTP/") == (agreed == "http/1.1")
        writer.close()

    in_a_room(tmp_path, test)


@pytest.mark.parametrize(
    ("policy", "spoken", "refused"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", ["TLSv1.2", "TLSv1.3"], []),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", ["TLSv1.3"], ["TLSv1.2"]),
        ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", ["TLSv1.2", "TLSv1.3"], []),
        ("ELBSecurityPolicy-TLS-1-2-2017-01", ["TLSv1.2"], ["TLSv1.3"]),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", ["TLSv1.2"], ["TLSv1.3"]),
        ("ELBSecurityPolicy-2016-08", ["TLSv1.2"], ["TLSv1.3"]),
        ("ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09", ["TLSv1.2", "TLSv1.3"], []),
    ],
)
def test_a_policy_says_which_versions_are_spoken(tmp_path, policy, spoken, refused):
    async def test(room: Room) -> None:
        listener = a_listener(HERE, protocol="HTTPS", key_pairs=(FIRST,), ssl_policy=policy)
        await room.put(listener)
        for version in spoken:
            found = await ask(listener.address, listener.port, "a.example.com", only(version))
            assert (found.version, found.answer) == (version, "here")
        for version in refused:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await ask(listener.address, listener.port, "a.example.com", only(version))

    in_a_room(tmp_path, test)


def only(version: str) -> ssl.SSLContext:
    """A client of one version."""
    context = trusting()
    wanted = getattr(ssl.TLSVersion, version.replace(".", "_"))
    context.minimum_version = context.maximum_version = wanted
    return context


def test_a_target_is_told_what_was_spoken_where_that_is_asked_for(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(
                to((group, 1)),
                protocol="HTTPS",
                key_pairs=(FIRST,),
                http=HttpOptions(tls_headers=True),
                ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            )
            await room.put(group, listener)
            found = await ask(listener.address, listener.port, "a.example.com", only("TLSv1.2"))
            seen = found.answer.lower()
            assert "x-amzn-tls-version: tlsv1.2\r\n" in seen
            assert f"x-amzn-tls-cipher-suite: {found.cipher.lower()}\r\n" in seen
            assert "x-forwarded-proto: https\r\n" in seen

    in_a_room(tmp_path, test)


def test_a_target_may_be_spoken_to_over_tls_whatever_its_certificate(tmp_path):
    async def test(room: Room) -> None:
        target = servers.Target()
        async with servers.listening(target.serve, servers.certificate(tmp_path)) as port:
            group = a_group(1, port, protocol="HTTPS")
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert (await room.get(listener)).body == "ok"

    in_a_room(tmp_path, test)
