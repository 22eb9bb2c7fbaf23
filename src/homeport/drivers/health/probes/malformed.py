"""The one error of a probe that is not the network's."""


class Malformed(Exception):
    """The target answered something that its protocol does not allow, or more of it than anyone needs."""
