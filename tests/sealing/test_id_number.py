"""证件号码检查 Form, province, birth date, check character; what is said never holds the number. GB 11643"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.privacy.identity import id_number_fault
from api.rules.privacy.identity_number import check_character

ON = date(2026, 11, 23)


def numbered(first: str) -> str:
    return first + check_character(first)


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "110105491231002",
        numbered("44052420000229001"),
        numbered("81000019900101001"),  # residence permit for Hong Kong
        numbered("91011519800101123"),  # foreign permanent resident
        numbered("11010520261123001"),  # born today
        numbered("11010519060101001"),  # 120 years old
    ],
)
def test_good_numbers(number: str) -> None:
    assert id_number_fault(number, ON) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "ID_NUMBER_FORM"),
        ("1101051949123100", "ID_NUMBER_FORM"),
        ("11010519491231002Y", "ID_NUMBER_FORM"),
        ("1101051949123100X2", "ID_NUMBER_FORM"),
        ("11010549123100X", "ID_NUMBER_FORM"),
        ("١١٠١٠٥٤٩١٢٣١٠٠٢", "ID_NUMBER_FORM"),
        (numbered("00010519491231002"), "ID_NUMBER_PROVINCE"),
        ("990105491231002", "ID_NUMBER_PROVINCE"),
        (numbered("11010519490231002"), "ID_NUMBER_BIRTH"),
        (numbered("11010519000229001"), "ID_NUMBER_BIRTH"),
        (numbered("11010519051231001"), "ID_NUMBER_BIRTH"),
        (numbered("11010520261124001"), "ID_NUMBER_BIRTH"),
        ("110105491331002", "ID_NUMBER_BIRTH"),
        ("110105194912310021", "ID_NUMBER_CHECK"),
    ],
)
def test_faults(number: str, code: str) -> None:
    fault = id_number_fault(number, ON)
    assert fault is not None
    assert fault.code == code
    for digits in (number[6:14], number[-6:]):
        assert not digits or digits not in f"{fault!r} {fault.zh} {fault.en}"


@given(st.dates(date(1907, 1, 1), ON), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(birth: date, serial: int, position: int, shift: int) -> None:
    number = numbered(f"500110{birth:%Y%m%d}{serial:03}")
    assert id_number_fault(number, ON) is None
    wrong = number[:position] + str((int(number[position]) + shift) % 10) + number[position + 1 :]
    assert id_number_fault(wrong, ON) is not None
