"""标识符类别 Normalising, masks and index texts, and that no refusal repeats what was typed."""

import pytest

from api.errors import Problem
from api.sealing import Identifier

ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("identifier", "typed", "normalised"),
    [
        (Identifier.ID_NUMBER, "１１０１０５１９４９１２３１００２ｘ", ID),
        (Identifier.ID_NUMBER, " 110105 19491231-002x\u3000", ID),
        (Identifier.ID_NUMBER, "110105491231002", "110105491231002"),
        (Identifier.ID_NUMBER, "h12345678（9）", "H12345678(9)"),
        (Identifier.PHONE, "+86 138-0013-8000", "13800138000"),
        (Identifier.PHONE, "０２３—６７８８５８３７", "02367885837"),
        (Identifier.BANK_ACCOUNT, "6222 0212 3456 7890 123", "6222021234567890123"),
    ],
)
def test_one_written_form(identifier: Identifier, typed: str, normalised: str) -> None:
    assert identifier.normalised(typed) == normalised
    assert identifier.normalised(normalised) == normalised


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "1101051949\0001231002X", "１１０１０５甲", "1" * 41, "1" * 100_000, "\ud800", "138;DROP"]
)
@pytest.mark.parametrize("identifier", list(Identifier))
def test_unreadable_values_are_refused_without_repeating_them(identifier: Identifier, typed: str) -> None:
    with pytest.raises(Problem) as caught:
        identifier.normalised(typed)
    assert caught.value.code.name == "UNREADABLE_IDENTIFIER"
    assert [fact.name for fact in caught.value.facts.values()] == [identifier.value]


@pytest.mark.parametrize(
    ("identifier", "value", "masked"),
    [
        (Identifier.ID_NUMBER, ID, "1" + "*" * 16 + "X"),
        (Identifier.ID_NUMBER, "110105491231002", "1" + "*" * 13 + "2"),
        (Identifier.ID_NUMBER, "123", "***"),
        (Identifier.ID_NUMBER, "1234", "1**4"),
        (Identifier.PHONE, "13800138019", "*********19"),
        (Identifier.PHONE, "110", "***"),
        (Identifier.BANK_ACCOUNT, "6222021234567890123", "*" * 15 + "0123"),
        (Identifier.BANK_ACCOUNT, "1234567", "*******"),
    ],
)
def test_masks_hide_at_least_half(identifier: Identifier, value: str, masked: str) -> None:
    assert identifier.masked(value) == masked


def test_old_and_new_number_of_one_person_are_one() -> None:
    text = Identifier.ID_NUMBER.index_text
    assert text("110105491231002") == text(ID)
    assert text("110105491231002") != text("110105201912310020")
    assert text("H12345678(9)") not in {text(ID), text("110105491231002")}
    assert len({text(ID), text("11010519491231003X"), text("110105194912310020"[:17])}) == 3
