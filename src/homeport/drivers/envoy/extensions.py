"""The classes of the extensions that rendering names in a `typed_config`: loaded here, so that they can be packed."""

from google.protobuf.message import Message

LOADED: tuple[type[Message], ...] = ()
