"""DNS names, as far as Route 53 takes them."""

LONGEST_NAME = 253
LONGEST_LABEL = 63
MEANT_OTHERWISE = frozenset('"();\\')
"""Characters that mean something else wherever names are written."""


def is_name(text: str) -> bool:
    """Whether a text can be a DNS name: labels of 1 to 63 octets, 253 in all, with or without a final dot."""
    labels = text.removesuffix(".").split(".")
    return (
        len(text) <= LONGEST_NAME
        and text.isascii()
        and all("!" <= each <= "~" and each not in MEANT_OTHERWISE for each in text)
        and all(0 < len(each) <= LONGEST_LABEL for each in labels)
    )
