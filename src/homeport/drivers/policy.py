"""What of a container definition can harm the host, and what of it the operator allowed. Unset means refused.

A container engine runs as root, so whoever may write a task definition could own the machine. This module
knows the rules and their words; it builds no request (`docker/spec.py` does) and asks no engine. A refusal is
a sentence that names the switch which would allow it, for it ends up as the container's `reason`.
"""

import os
from collections.abc import Sequence

from msgspec import Struct

CANNOT_CREATE = "CannotCreateContainerError: "

DEFAULT_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
"""Docker's default set without NET_RAW, which lets a container pose as its neighbours (CVE-2021-32575 in
Nomad).
"""

SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.core.somaxconn",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_syncookies",
    }
)
"""Kubernetes' safe list ("Using sysctls in a Kubernetes Cluster"), and somaxconn: all belong to the container
alone.
"""

GUARDED = (
    "/boot",
    "/dev",
    "/etc",
    "/proc",
    "/run",
    "/sys",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
)
"""Directories that a wider `host-bind` does not include: whoever means them must name them."""

LOWEST_FREE_PORT = 1024
FLAGS = frozenset({"privileged", "host-network", "host-pid", "host-ipc", "low-ports"})
NAMED = frozenset(
    {"host-bind", "capability", "device", "sysctl", "security-option", "volume", "volume-driver"}
)


class Refusal(Exception):
    """The container will not be made; its text is the container's reason, whole."""


class Policy(Struct, frozen=True, kw_only=True):
    """What the operator allowed.

    `allowed` holds the words; paths in it and in `guarded` have no symlinks left.

    `publish_address` is where ports are published. `guarded` are directories and sockets that only a word of
    their own opens.
    """

    allowed: frozenset[tuple[str, str]] = frozenset()
    publish_address: str = "127.0.0.1"
    guarded: tuple[str, ...] = GUARDED

    def check_flag(self, flag: str, what: str) -> None:
        """Raises Refusal unless `flag` was given; `what` is refused, in the plural."""
        if (flag, "") not in self.allowed:
            raise refused(what, flag)

    def check_named(self, word: str, name: str, what: str) -> None:
        """Raises Refusal unless `word=name` was given."""
        if (word, name) not in self.allowed:
            raise refused(what, f"{word}={name}")

    def check_bind(self, path: str) -> str:
        """The real path of a directory of the host; raises Refusal unless it may be mounted into a container.

        Symlinks are followed before anything is compared, so that none leads out of an allowed directory
        (CVE-2026-14896 in Nomad).
        """
        if not path.startswith("/") or ":" in path or "\0" in path:
            raise Refusal(f"{CANNOT_CREATE}{path!r} is no absolute path of a directory that can be mounted")
        real = os.path.realpath(path)
        roots = [name for word, name in self.allowed if word == "host-bind"]
        if "/" in roots:
            return real
        if not any(is_within(real, root) for root in roots):
            raise refused(f"mounting {real} of the host is", f"host-bind={real}")
        for guarded in map(os.path.realpath, self.guarded):
            holds = is_within(guarded, real) and guarded not in roots
            is_inside = is_within(real, guarded)
            named = [root for root in roots if is_within(real, root) and is_within(root, guarded)]
            if (is_inside and not named) or (holds and not is_inside):
                what = f"mounting {real} of the host, which opens {guarded}, is"
                raise refused(what, f"host-bind={guarded}")
        return real

    def check_device(self, path: str) -> str:
        """The real path of a device of the host; raises Refusal unless the operator named it."""
        real = os.path.realpath(path)
        self.check_named("device", real, "devices of the host are")
        return real


def parse(words: Sequence[str], *, publish_address: str = "127.0.0.1", guarded: Sequence[str] = ()) -> Policy:
    """The policy that the operator's `--allow` words describe; `guarded` are more paths to keep closed.

    Raises:
        ValueError: a word is unknown or incomplete; the text says which and what would be right.
    """
    return Policy(
        allowed=frozenset(_parsed(word) for word in words),
        publish_address=publish_address,
        guarded=(*GUARDED, *guarded),
    )


def refused(what: str, word: str) -> Refusal:
    """`what` ends in its verb, as in "privileged containers are"."""
    return Refusal(
        f"{CANNOT_CREATE}{what} refused; the operator can allow this with `homeport up --allow {word}`"
    )


def capability(name: str) -> str:
    """A capability's name as the policy writes it: upper case, without CAP_."""
    return name.upper().removeprefix("CAP_")


def is_within(path: str, root: str) -> bool:
    """Whether `path` is `root` or below it; both are real and absolute."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def _parsed(word: str) -> tuple[str, str]:
    key, _, value = word.partition("=")
    if key in FLAGS and word == key:
        return key, ""
    if key in FLAGS:
        raise ValueError(f"--allow {key} takes no value, but {value!r} was given")
    if key not in NAMED:
        known = ", ".join([*sorted(FLAGS), *(f"{name}=..." for name in sorted(NAMED))])
        raise ValueError(f"--allow {word}: there is no such permission; known are {known}")
    if not value:
        raise ValueError(f"--allow {key} needs a value, as in --allow {key}=...")
    if key == "host-bind" and not value.startswith("/"):
        raise ValueError(f"--allow {key}={value}: the path must be absolute")
    if key == "capability":
        return key, capability(value)
    return key, os.path.realpath(value) if value.startswith("/") else value
