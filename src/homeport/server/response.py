"""A response as bytes."""

from http import HTTPStatus

from homeport.wire.http import HttpResponse

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


def rendered(response: HttpResponse, date: bytes, *, keeps: bool) -> bytes:
    """Head and body in one piece, so that they leave in one packet.

    `date` is HTTP's form of now: SDKs correct their clocks by it. `keeps`: another request may follow.
    """
    lines = [name + b": " + value + b"\r\n" for name, value in response.headers]
    return b"%sdate: %s\r\n%s%scontent-length: %d\r\n\r\n%s" % (
        STATUS_LINES[response.status],
        date,
        b"".join(lines),
        b"" if keeps else b"connection: close\r\n",
        len(response.body),
        response.body,
    )
