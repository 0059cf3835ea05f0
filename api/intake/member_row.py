"""家庭成员行 Checks of one row of 家庭成员 by itself: number, birth, sex, schooling, health, labour. Q12

The age checks are county practice, told as warnings (ours); what cannot be right is refused.
"""

from datetime import date
from typing import Any

from api.intake.errors import (
    BIRTH_DISAGREES,
    CHILD_LABOUR,
    DAYS_OUT_OF_ORDER,
    DISABILITY_UNCLEAR,
    HEALTH_CONTRADICTS,
    ID_ABSENT,
    ID_OLD,
    MEDICAL_TWICE,
    SCHOOLING_BOTH,
    SCHOOLING_NEITHER,
    SEX_DISAGREES,
    STAGE_AGE,
)
from api.intake.faults import RowFaults
from api.rules.checks.bounds import LABOUR_AGE, PRIMARY_FROM, PRIMARY_TO
from api.rules.checks.record import age_on
from api.rules.privacy.identity import id_number_fault
from api.rules.privacy.identity_number import MODERN, OLD, birth_date, is_male

Values = dict[str, Any]
CARDS = {None, "IDENTITY_CARD", "DISABILITY_CARD", "DISABILITY_CARD_REISSUED"}
"""Kinds of document that hold a citizen's number; a disability card has it in front, kind and grade behind."""


def citizen_number(values: Values) -> str | None:
    """The citizen's number in the document, None when it holds none."""
    number = values.get("id_number")
    if number is None or values.get("id_kind") not in CARDS:
        return None
    return str(number if values.get("id_kind") in (None, "IDENTITY_CARD") else number[:MODERN])


def check(values: Values, read: frozenset[str], faults: RowFaults, day: date) -> None:
    """Tell what is wrong with a member; `read` names the filled cells, refused ones included."""
    _number(values, read, faults, day)
    _schooling(values, read, faults)
    _health(values, faults)
    _age(values, faults, day)
    for earlier, later in (("birth_date", "joined_on"), ("birth_date", "left_on"), ("joined_on", "left_on")):
        if earlier in values and later in values and values[later] < values[earlier]:
            labels = {"birth_date": "出生日期", "joined_on": "增加日期", "left_on": "减少日期"}
            faults.refuse(later, DAYS_OUT_OF_ORDER, earlier=labels[earlier], later=labels[later])
    if values.get("resident_medical") and values.get("employee_medical"):
        faults.warn("employee_medical", MEDICAL_TWICE)


def _number(values: Values, read: frozenset[str], faults: RowFaults, day: date) -> None:
    number = citizen_number(values)
    if "id_number" not in read:
        if "id_absent_reason" not in read:
            faults.refuse("id_number", ID_ABSENT)
        return
    if number is None:
        return
    fault = id_number_fault(number, day)
    if fault is not None:
        faults.because("id_number", fault)
        return
    if len(number) == OLD:
        faults.warn("id_number", ID_OLD)
    if "id_kind" not in read:
        values["id_kind"] = "IDENTITY_CARD"
    if "birth_date" not in read:
        values["birth_date"] = birth_date(number)
    elif "birth_date" in values and values["birth_date"] != birth_date(number):
        faults.refuse("birth_date", BIRTH_DISAGREES)
    if "sex" in values and (values["sex"] == "MALE") != is_male(number):
        faults.refuse("sex", SEX_DISAGREES)


def _schooling(values: Values, read: frozenset[str], faults: RowFaults) -> None:
    if {"education", "student"} <= read:
        faults.refuse("student", SCHOOLING_BOTH)
    elif not {"education", "student"} & read:
        faults.refuse("education", SCHOOLING_NEITHER)
    elif "education" in values or "student" in values:
        # each takes the other's place: a pupil who leaves school is a pupil no more
        values.setdefault("education", None)
        values.setdefault("student", None)


def _health(values: Values, faults: RowFaults) -> None:
    states = values.get("health") or []
    if "HEALTHY" in states and len(states) > 1:
        faults.refuse("health", HEALTH_CONTRADICTS)
    if "DISABLED" in states and not ("disability_kind" in values and "disability_grade" in values):
        faults.warn("disability_kind", DISABILITY_UNCLEAR)


def _age(values: Values, faults: RowFaults, day: date) -> None:
    born = values.get("birth_date")
    if born is None:
        return
    age = age_on(born, day)
    if values.get("student") == "PRIMARY" and not PRIMARY_FROM.number <= age <= PRIMARY_TO.number:
        faults.warn("student", STAGE_AGE)
    if age < LABOUR_AGE.number:
        if values.get("labour") not in (None, "NONE"):
            faults.warn("labour", CHILD_LABOUR)
        if values.get("skill") not in (None, "NONE"):
            faults.warn("skill", CHILD_LABOUR)
        if values.get("welfare_post") is not None:
            faults.warn("welfare_post", CHILD_LABOUR)
