"""密封 Known answers, tampering, copies between rows, rotation of keys, and silence about values."""

import base64
import hashlib
import hmac
import itertools
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Problem
from api.sealing import Identifier, Keyring, Sealer
from api.sealing.keyring import DataKey, new_keyring

ID = "11010519491231002X"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIXED = Keyring(1, MappingProxyType({1: DataKey(bytes(range(32)))}), bytes(range(32, 64)))


def test_stored_bytes_of_an_earlier_release_open() -> None:
    # key id 1, nonce 00..0b, AES-256-GCM over the number, bound to "1:member:7:id_number": worked out once, outside
    stored = bytes.fromhex(
        "01000102030405060708090a0b7633e62af5d0f322b978a6b982d8485db18e3e898fbebbc184f247112ad35ed31d83"
    )
    assert Sealer(FIXED).open("member", "id_number", 7, stored) == ID


def test_index_vector() -> None:
    index = Sealer(FIXED).index(Identifier.ID_NUMBER, "１１０１０５１９４９１２３１００２ｘ")
    assert index.hex() == "373bfb61c10cf2d4dda10f0cc765bde72abcadb776ad741b65c7c5ada814fb26"
    assert index == hmac.new(bytes(range(32, 64)), b"ID_NUMBER\0R11010519491231002", hashlib.sha256).digest()


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True), st.integers(1, 2**63 - 1))
def test_what_is_sealed_opens_in_its_place(value: str, row: int) -> None:
    sealer = Sealer(FIXED)
    sealed = sealer.seal("member", "id_number", row, value)
    assert sealer.open("member", "id_number", row, sealed.sealed) == value
    assert sealed.index == sealer.index(Identifier.ID_NUMBER, value)
    assert value.encode() not in sealed.sealed


def test_same_value_is_never_sealed_the_same_twice() -> None:
    sealer = Sealer(FIXED)
    assert len({sealer.seal("member", "phone", 1, "13800138000").sealed for _ in range(200)}) == 200


@pytest.mark.parametrize("place", [("household", "phone", 7), ("member", "id_number", 7), ("member", "phone", 8)])
def test_a_copy_opens_nowhere_else(place: tuple[str, str, int]) -> None:
    sealer = Sealer(FIXED)
    sealed = sealer.seal("member", "phone", 7, "13800138000").sealed
    with pytest.raises(Problem) as caught:
        sealer.open(*place, sealed)
    assert caught.value.code.name == "SEALED_VALUE_BROKEN"


def test_every_changed_byte_is_noticed() -> None:
    sealer = Sealer(FIXED)
    sealed = sealer.seal("member", "phone", 7, "13800138000").sealed
    for position, bit in itertools.product(range(len(sealed)), (0x01, 0x80)):
        changed = bytearray(sealed)
        changed[position] ^= bit
        with pytest.raises(Problem) as caught:
            sealer.open("member", "phone", 7, bytes(changed))
        assert caught.value.code.name == ("SEALED_VALUE_BROKEN" if position else "SEALING_KEY_ABSENT")


@pytest.mark.parametrize("length", [0, 1, 13, 28])
def test_short_values_are_broken_and_not_an_accident(length: int) -> None:
    with pytest.raises(Problem) as caught:
        Sealer(FIXED).open("member", "phone", 7, b"\x01" * length)
    assert caught.value.code.name == "SEALED_VALUE_BROKEN"


def test_the_key_id_is_bound_too() -> None:
    # the same key bytes under another id: a value can't be moved between versions by its first byte alone
    twice = Keyring(1, MappingProxyType({1: FIXED.data[1], 2: FIXED.data[1]}), FIXED.index)
    sealed = Sealer(twice).seal("member", "phone", 7, "13800138000").sealed
    with pytest.raises(Problem) as caught:
        Sealer(twice).open("member", "phone", 7, b"\x02" + sealed[1:])
    assert caught.value.code.name == "SEALED_VALUE_BROKEN"


def test_classes_have_indexes_of_their_own() -> None:
    sealer = Sealer(FIXED)
    assert sealer.index(Identifier.PHONE, "13800138000") != sealer.index(Identifier.BANK_ACCOUNT, "13800138000")


def test_rotation_writes_with_the_newest_and_reads_all() -> None:
    before = new_keyring()
    after = before.rotated(NOW)
    old = Sealer(before).seal("member", "phone", 7, "13800138000")
    sealer = Sealer(after)
    assert sealer.open("member", "phone", 7, old.sealed) == "13800138000"
    again = sealer.reseal("member", "phone", 7, old.sealed)
    assert (old.sealed[0], again[0]) == (1, 2)
    assert sealer.seal("member", "phone", 7, "13800138000").index == old.index
    alone = Sealer(after.without({1}))
    assert alone.open("member", "phone", 7, again) == "13800138000"
    with pytest.raises(Problem) as caught:
        alone.open("member", "phone", 7, old.sealed)
    assert caught.value.code.name == "SEALING_KEY_ABSENT"


def test_key_ids_are_used_again_and_run_out() -> None:
    keyring = new_keyring()
    for _ in range(126):
        keyring = keyring.rotated(NOW)
    with pytest.raises(Problem) as caught:
        keyring.rotated(NOW)
    assert caught.value.code.name == "KEYS_EXHAUSTED"
    assert keyring.newest == 127
    assert keyring.without({5}).rotated(NOW).newest == 5
    assert keyring.without({127}).newest == 127


def test_nothing_printed_holds_a_key_or_a_value() -> None:
    keyring = new_keyring()
    sealer = Sealer(keyring)
    with pytest.raises(Problem) as caught:
        sealer.open("member", "phone", 8, sealer.seal("member", "phone", 7, "13800138000").sealed)
    problem = caught.value
    text = f"{keyring!r} {sealer!r} {vars(sealer)!r} {problem!r} {problem.extensions()!r} {problem.__cause__!r}"
    secrets = [keyring.index, *(key.key for key in keyring.data.values())]
    for secret in secrets:
        for form in (secret.hex(), repr(secret)[2:-1], base64.b64encode(secret).decode()):
            assert form not in text
    assert "13800138000" not in text
