"""数据质量 The field checks as one library: every household, case, member and measure asked, findings told. Q12

Severities and bounds are data: a place gives its own by code and by name, and may switch a check off (ours).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from api.rules.checks import elimination, household, identification, measures, members
from api.rules.checks.check import CHECKS, SHIPPED_BOUNDS, Bounds, Check, Look, Stage
from api.rules.checks.record import CaseRecord, HouseholdRecord, MeasureRecord, MemberRecord
from api.rules.verdict import Finding
from api.rules.words.judging import Severity

THEMES = (
    household,
    members,
    identification,
    measures,
    elimination,
)

ALL_CHECKS: Mapping[str, Check] = MappingProxyType(CHECKS)
AS_SHIPPED: Mapping[str, Severity | None] = {}


def _parts(record: HouseholdRecord, scope: type) -> Iterator[tuple[int | None, Any]]:
    """The parts of a record that checks of a scope are asked about, with their place in its list."""
    if scope is HouseholdRecord:
        yield None, record
    elif scope is CaseRecord and record.case is not None:
        yield None, record.case
    elif scope is MemberRecord:
        yield from enumerate(record.members)
    elif scope is MeasureRecord:
        yield from enumerate(record.measures)


def _ask(check: Check, record: HouseholdRecord, bounds: Bounds, severity: Severity) -> Iterator[Finding]:
    for position, part in _parts(record, check.scope):
        if check.function(Look(part, record, bounds)):
            yield Finding(check.sentence.reason(), severity, check.place, position)


def _find(
    stage: Stage, record: HouseholdRecord, bounds: Bounds, severities: Mapping[str, Severity | None]
) -> tuple[Finding, ...]:
    """Run all checks of a stage, in the checks' order."""
    checks = ((check, severities.get(code, check.severity)) for code, check in ALL_CHECKS.items())
    return tuple(
        finding
        for check, severity in checks
        if severity is not None and check.stage is stage
        for finding in _ask(check, record, bounds, severity)
    )


def find_in_household(
    record: HouseholdRecord,
    bounds: Bounds = SHIPPED_BOUNDS,
    severities: Mapping[str, Severity | None] = AS_SHIPPED,
) -> tuple[Finding, ...]:
    """Run the checks of members, household and survey.

    `severities`: a place's own by check code; None switches a check off. A finding never repeats a value.
    """
    return _find(Stage.HOUSEHOLD, record, bounds, severities)


def find_in_case(
    record: HouseholdRecord,
    bounds: Bounds = SHIPPED_BOUNDS,
    severities: Mapping[str, Severity | None] = AS_SHIPPED,
) -> tuple[Finding, ...]:
    """Run the checks of the case, its risks and measures; also when there is no measure."""
    return _find(Stage.CASE, record, bounds, severities)


def find_inconsistencies(
    record: HouseholdRecord,
    bounds: Bounds = SHIPPED_BOUNDS,
    severities: Mapping[str, Severity | None] = AS_SHIPPED,
) -> tuple[Finding, ...]:
    """Run all checks on a household's record."""
    return (*find_in_household(record, bounds, severities), *find_in_case(record, bounds, severities))


FINDERS = MappingProxyType({Stage.HOUSEHOLD: find_in_household, Stage.CASE: find_in_case})
"""What finds for each stage."""
