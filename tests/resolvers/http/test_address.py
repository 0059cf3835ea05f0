"""The address that sign-in is throttled by: a proxy is believed only where it is trusted."""

import pytest

from api.resolvers.http.address import client_address
from api.setting_types import NETWORKS

TRUSTED = NETWORKS.parse("10.0.0.0/8, 127.0.0.1, fd00::/8")


def address(peer: str, *forwarded: str) -> str:
    headers = [(b"X-Forwarded-For", value.encode("latin-1")) for value in forwarded]
    return client_address({"client": (peer, 4711), "headers": headers}, TRUSTED)


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # a stranger is not believed
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1"], "198.51.100.1"),  # what the client wrote itself stands to the left
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2, 10.0.0.3"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1", "10.0.0.2"], "198.51.100.1"),  # two lines are one list
        ("10.0.0.1", ["198.51.100.1:5060"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:443"], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        ("2001:db8:7::1", [], "2001:db8:7::/64"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, rubbish"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.1"),
        ("10.0.0.1", ["x" * 100_000], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
    ],
)
def test_the_rightmost_address_that_no_trusted_proxy_wrote_itself(
    peer: str, forwarded: list[str], counted: str
) -> None:
    assert address(peer, *forwarded) == counted


def test_a_unix_socket_has_no_address() -> None:
    assert client_address({"client": None, "headers": []}, TRUSTED) == ""
