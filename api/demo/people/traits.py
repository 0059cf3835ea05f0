"""成员情况 Draws a member's schooling, health, labour, work and insurance to fit age and sex. Q12, Q14, Q20

Drawn beforehand: for each age, sex and condition some variants, as finished text. Age is the year's less the birth
year's, so the true age is that or one less; what the field checks say of those under 16, and of the healthy from 16
to 60, holds for both.
"""

from enum import Enum
from typing import NamedTuple

from api.demo.copying import line
from api.demo.random_source import Stream, between, pick, stream

VARIANTS = 50
STUDENTS = {0: "BELOW_SCHOOL_AGE", 4: "KINDERGARTEN", 7: "PRIMARY", 13: "GRADE_7", 14: "GRADE_8", 15: "GRADE_9"}
SENIOR, UNIVERSITY, ADULT, PENSIONER, OLD = 16, 19, 17, 62, 72
EMPLOYERS = ("服装厂", "电子厂", "建筑工地", "家政公司", "餐饮店", "物流公司", "种养专业合作社", "食品加工厂")
CHANNELS = ("OWN", "OWN", "OWN", "ORGANIZED", "LOCAL_ENTERPRISE", "WORKSHOP", "FLEXIBLE")
PLACES = ("TOWNSHIP", "COUNTY", "PROVINCE", "PROVINCE", "OTHER_PROVINCE", "OTHER_PROVINCE")
POSTS = ("CLEANER", "CLEANER", "FOREST_RANGER", "ROAD_KEEPER", "WATER_KEEPER", "CARER", "WARDEN")
DISABILITIES = ("PHYSICAL", "PHYSICAL", "VISUAL", "HEARING", "SPEECH", "INTELLECTUAL", "MENTAL", "MULTIPLE")


class Condition(Enum):
    """The traits that a household's story demands of a member."""

    SICK = "ill"
    DISABLED = "disabled"
    DEPENDENT = "without labour ability"


class Aid(Enum):
    """Aid that civil affairs grants; the value is its members' allowance and support as COPY text. Q6, Q29"""

    NONE = "NONE\tNONE"
    ALLOWANCE = "RURAL\tNONE"
    TOP_ALLOWANCE = "RURAL_TOP\tNONE"
    SUPPORT = "NONE\tRURAL_DISPERSED"


class Traits(NamedTuple):
    """One variant: its columns from political status on, as text, and what the story looks at."""

    text: str
    labour: str
    student: bool
    works: bool


class _Health(NamedTuple):
    states: str
    kind: str | None
    grade: int | None
    serious: bool


class TraitPools:
    """The variants, made when first asked for; each pool has its own stream."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pools: dict[tuple[int, bool, Condition | None], list[Traits]] = {}

    def any(self, draw: Stream, age: int, male: bool, condition: Condition | None) -> Traits:
        """One variant for that age, sex and condition, None for people as they are."""
        key = age, male, condition
        pool = self._pools.get(key)
        if pool is None:
            own = stream(self._seed, "traits", age, male, condition and condition.name)
            pool = self._pools[key] = [_traits(own, age, male, condition) for _ in range(VARIANTS)]
        return pool[int(draw.random() * VARIANTS)]


def _traits(draw: Stream, age: int, male: bool, condition: Condition | None) -> Traits:
    school = _school(draw, age) if condition is not Condition.DEPENDENT else None
    health = _health(draw, age, condition)
    labour, skill = _labour(draw, age, school is not None, health, condition)
    work = _work(draw, male) if labour == "ABLE" and draw.random() < 0.7 else (None,) * 5
    employee = labour == "ABLE" and draw.random() < 0.04
    party = "PARTY_MEMBER" if age > 25 and draw.random() < 0.05 else "MASSES"
    text = line(
        "YOUTH_LEAGUE" if school and 15 <= age <= 24 and draw.random() < 0.5 else party,
        None if school else _education(draw, age),
        school,
        *health[:3],
        labour,
        skill,
        age >= 4 and draw.random() < (0.6 if age >= 70 else 0.95),
        *work,
        not employee,
        employee,
        health.serious and draw.random() < 0.6,
        health.serious and draw.random() < 0.4,
        age >= ADULT and not employee and not school,
        employee,
        _hukou(draw, age, school=school is not None, employee=employee),
    )
    return Traits(text, labour, school is not None, work[0] is not None)


def _hukou(draw: Stream, age: int, *, school: bool, employee: bool) -> str:
    # whoever is counted has no urban protection (Q15), so an employee's registration is rural
    if school and age >= UNIVERSITY:
        return "COLLECTIVE"
    return "URBAN" if not employee and draw.random() < 0.01 else "RURAL"


def _school(draw: Stream, age: int) -> str | None:
    if age < SENIOR:
        return STUDENTS[max(start for start in STUDENTS if start <= age)]
    if age < UNIVERSITY:
        kind = "SENIOR" if draw.random() < 0.6 else "VOCATIONAL"
        return f"{kind}_{age - SENIOR + 1}"
    if age <= UNIVERSITY + 3 and draw.random() < 0.5:
        kind, years = ("BACHELOR", 4) if draw.random() < 0.5 else ("HIGHER_VOCATIONAL", 3)
        return f"{kind}_{min(years, age - UNIVERSITY + 1)}"
    return "POSTGRADUATE" if age in (23, 24, 25) and draw.random() < 0.05 else None


def _education(draw: Stream, age: int) -> str:
    if age >= 70:
        return pick(draw, ("ILLITERATE", "ILLITERATE", "PRIMARY", "PRIMARY", "PRIMARY", "JUNIOR"))
    if age >= 45:
        return pick(draw, ("PRIMARY", "PRIMARY", "PRIMARY", "JUNIOR", "JUNIOR", "SENIOR", "ILLITERATE"))
    return pick(draw, ("JUNIOR", "JUNIOR", "JUNIOR", "SENIOR", "SENIOR", "COLLEGE", "BACHELOR", "PRIMARY"))


def _health(draw: Stream, age: int, condition: Condition | None) -> _Health:
    if condition is Condition.SICK:
        states = pick(draw, ("CHRONIC", "SERIOUS", "SERIOUS"))
        return _Health(f"{{{states}}}", None, None, states == "SERIOUS")
    if condition is Condition.DISABLED or (condition is Condition.DEPENDENT and draw.random() < 0.5):
        grade = between(draw, 1, 2 if condition is Condition.DEPENDENT else 4)
        chronic = ",CHRONIC" if condition is Condition.DEPENDENT or draw.random() < 0.2 else ""
        return _Health(f"{{DISABLED{chronic}}}", pick(draw, DISABILITIES), grade, serious=False)
    if condition is Condition.DEPENDENT or draw.random() < _chronic(age):
        return _Health("{CHRONIC}", None, None, serious=False)
    return _Health("{HEALTHY}", None, None, serious=False)


def _chronic(age: int) -> float:
    return 0.35 if age >= OLD else 0.2 if age >= PENSIONER else 0.06 if age >= 40 else 0.01


def _labour(draw: Stream, age: int, student: bool, health: _Health, condition: Condition | None) -> tuple[str, str]:
    if age < ADULT or student:
        return "NONE", "NONE"
    if condition is Condition.DEPENDENT:
        return "NONE", pick(draw, ("LOST", "NONE"))
    if age >= PENSIONER:
        if draw.random() < (0.7 if age >= OLD else 0.1):
            return "NONE", "NONE"
        return ("WEAK", "WEAK") if draw.random() < 0.65 else ("ABLE", "ORDINARY")
    if health.grade is not None and health.grade <= 2:
        return "NONE", "LOST"
    if health.serious or health.grade is not None:
        return ("WEAK", "WEAK") if draw.random() < 0.75 else ("NONE", "LOST")
    if health.states != "{HEALTHY}" and draw.random() < 0.4:
        return "WEAK", "WEAK"
    return "ABLE", "SKILLED" if draw.random() < 0.15 else "ORDINARY"


def _work(draw: Stream, male: bool) -> tuple[object, ...]:
    if draw.random() < 0.05:
        return "TOWNSHIP", 12, None, "WELFARE_POST", pick(draw, POSTS)
    place = pick(draw, PLACES)
    channel = pick(draw, CHANNELS)
    if channel == "WORKSHOP":
        place = "TOWNSHIP"
    months = between(draw, 3, 12 if male else 11)
    return place, months, pick(draw, EMPLOYERS), channel, None
