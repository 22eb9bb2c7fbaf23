"""A listener as AWS shows it."""

from typing import cast

from homeport.model import arn
from homeport.model.load_balancer import Listener
from homeport.shapes import elbv2

NO_CLIENT_CERTIFICATES = elbv2.MutualAuthenticationAttributes(mode="off")


def listener(record: Listener) -> elbv2.Listener:
    """The shape of `record`, with its default certificate only."""
    spec = record.spec
    return elbv2.Listener(
        listener_arn=arn.listener_arn(record.id),
        load_balancer_arn=arn.load_balancer_arn(record.owner),
        port=spec.port,
        protocol=cast("elbv2.ProtocolEnum", spec.protocol),
        certificates=[elbv2.Certificate(certificate_arn=each) for each in spec.certificates[:1]] or None,
        ssl_policy=spec.ssl_policy,
        default_actions=spec.default_actions,
        alpn_policy=spec.alpn or None,
        mutual_authentication=NO_CLIENT_CERTIFICATES if spec.protocol == "HTTPS" else None,
    )


def certificates(record: Listener) -> list[elbv2.Certificate]:
    """All certificates of a listener, its default one first."""
    return [
        elbv2.Certificate(certificate_arn=each, is_default=number == 0)
        for number, each in enumerate(record.spec.certificates)
    ]
