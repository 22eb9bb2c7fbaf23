"""Certificates that vouch for themselves, and clients that look at what they are shown."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

from homeport.plan.traffic import KeyPair


def a_key_pair(*names: str) -> KeyPair:
    """A certificate for these names, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return KeyPair(names=names, chain=certificate.public_bytes(pem).decode(), key=private.decode())


class Shown(Struct, frozen=True):
    """What a server has shown: its certificate's name, the protocol agreed upon, TLS's version and cipher, its answer."""

    name: str
    protocol: str | None
    version: str | None
    cipher: str
    answer: str


def trusting(*protocols: str) -> ssl.SSLContext:
    """A client that believes any certificate, and offers protocols."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


async def ask(
    address: str, port: int, name: str, context: ssl.SSLContext | None = None, said: bytes | None = None
) -> Shown:
    """Connect for `name` and say something, a request of HTTP/1.1 if nothing else; reads until the server's end."""
    context = context or trusting()
    said = said or f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
    try:
        socket = writer.get_extra_info("ssl_object")
        shown = x509.load_der_x509_certificate(socket.getpeercert(binary_form=True))
        (common,) = shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        writer.write(said)
        answer = (await reader.read()).decode()
        return Shown(
            str(common.value),
            socket.selected_alpn_protocol(),
            socket.version(),
            socket.cipher()[0],
            answer.split("\r\n\r\n", 1)[-1],
        )
    finally:
        writer.close()
