"""复制格式 The text format of COPY: how a value is written, and which columns each table's lines have.

Our values hold no tab, newline or backslash, so nothing but bytea needs escaping.
"""

from api.schema.declare import TIER_COLUMNS
from api.sealing import SealedValue

NULL = "\\N"
"""How COPY writes an absent value."""


def _named(text: str) -> tuple[str, ...]:
    """Column names; `*name` stands for the three columns of a sealed identifier, `@` for the place, `@prefix_`."""
    names: list[str] = []
    for word in text.split():
        if word.startswith("*"):
            names.extend(f"{word[1:]}_{part}" for part in ("sealed", "index", "masked"))
        elif word.startswith("@"):
            names.extend(f"{word[1:]}{tier}" for tier in TIER_COLUMNS)
        else:
            names.append(word)
    return tuple(names)


COLUMNS = {
    "household": _named(
        "id number kind_of_household head_name people unit hukou_unit residence_unit move_in_unit move_out_unit"
        " jurisdiction jurisdiction_reason monitoring_state category safety_net relocated address *phone bank_name"
        " *bank_account @ @cooperating_ registered_on version updated_at safe_water housing_grade housing_area"
        " sanitary_toilet electricity broadcast fuel road road_distance farmland woodland orchard pasture pond"
        " cooperative martyr_family"
    ),
    "member": _named(
        "id household number name relation sex birth_date id_kind *id_number id_absent_reason *phone ethnicity"
        " allowance extreme_poverty relocated joined_on joined_reason left_on left_reason political_status education"
        " student health disability_kind disability_grade labour skill mandarin work_place work_months work_employer"
        " work_channel welfare_post resident_medical employee_medical serious_illness_insurance medical_assistance"
        " resident_pension employee_pension hukou"
    ),
    "survey": _named(
        "household year revision surveyed_on counted wages business transfers property business_expense"
        " commercial_claims third_party_claims medical_expense education_expense disaster_expense"
        " education_gap medical_gap housing_gap water_gap"
    ),
    "clue": _named("id household source department found_on state outcome closed_on due_on version @"),
    "monitoring_case": _named(
        "id household previous category state entered_on identified_on registered_on eliminated_on ended_on"
        " threshold threshold_amount safety_net due_on version @"
    ),
    "risk": _named("id household monitoring_case kind disaster state found_on eliminated_on"),
    "proceeding": _named(
        "household monitoring_case clue kind state opened_on verified_on authorized_on reviewed_on review_form"
        " publicized_on submitted_on county_reviewed_on approved_on announced_on ended_on end_reason due_on version"
    ),
    "plan": _named("id household monitoring_case state summary drafted_on declared_on version"),
    "measure": _named(
        "household monitoring_case plan risk member theme item kind title department funding funding_use amount"
        " state declared_on started_on ends_on continuation completed_on stopped_reason version"
    ),
    "involvement": _named("household department @"),
}
"""Columns of each table's lines, in the order in which rows are loaded: what is referred to comes first."""


def line(*values: object) -> str:
    r"""One row; None is an absent value.

    >>> line(1, None, True, "HAN")
    '1\t\\N\tt\tHAN'
    """
    return "\t".join([_text(value) for value in values])


def _text(value: object) -> str:
    if value is None:
        return NULL
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)


def sealed(value: SealedValue) -> str:
    r"""The three columns of an identifier.

    >>> sealed(SealedValue(b"\x01\xff", b"\x02", "1*3"))
    '\\\\x01ff\t\\\\x02\t1*3'
    """
    return f"\\\\x{value.sealed.hex()}\t\\\\x{value.index.hex()}\t{value.masked}"
