"""户档案 A household's record as the consistency checks see it, and the alerts that steps tell of what these find. Q12

A finding refuses nothing: it goes on record with the step and is told in its answer.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from api.database import Row
from api.rules.checks.check import Bounds
from api.rules.checks.field_library import ALL_CHECKS, find_in_case, find_in_household
from api.rules.checks.record import CaseRecord, HouseholdRecord, MeasureRecord, MemberRecord, RiskRecord, SurveyRecord
from api.rules.themes.survey import Claim, claims_total, out_of_pocket
from api.rules.themes.threshold import threshold_for_elimination
from api.rules.verdict import Verdict
from api.rules.words.judging import ClaimKind
from api.rules.words.vocabulary import (
    CaseState,
    Category,
    Continuation,
    Funding,
    Guarantee,
    HouseholdKind,
    HukouNature,
    Labour,
    MeasureKind,
    RiskState,
    Sex,
    Word,
)
from api.schema.paths import Columns
from api.schema.rows.case import MonitoringCaseRow
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.verification import SURVEY_ARGUMENTS, expenses, thresholds

GAPS = {
    "education_gap": Guarantee.COMPULSORY_EDUCATION,
    "medical_gap": Guarantee.BASIC_MEDICAL,
    "housing_gap": Guarantee.SAFE_HOUSING,
    "water_gap": Guarantee.SAFE_WATER,
}
RECORDED = frozenset({CaseState.GREEN_CHANNEL, CaseState.IDENTIFIED, CaseState.RISK_ELIMINATED})
"""Cases that count as such; one that was exited, withdrawn or ended otherwise is none."""
_WORDS: dict[str, type[Word]] = {"sex": Sex, "labour": Labour, "hukou": HukouNature}
_PLAIN = tuple(
    field.name for field in fields(MemberRecord) if field.name not in {*_WORDS, "health", "relocated", "id_number"}
)
_MEMBERS = "select * from member where household = $1 and left_on is null order by id"
_NEWEST_SURVEY = "select * from survey where household = $1 order by surveyed_on desc, revision desc limit 1"
_RISKS = "select kind, state, disaster from risk where monitoring_case = $1 order by id"
_MEASURES = "select * from measure where monitoring_case = $1 and state <> 'STOPPED' order by id"
_AT_IDENTIFICATION = """
select s.* from proceeding p join assessment a on a.proceeding = p.id join survey s on s.id = a.survey
where p.monitoring_case = $1 and p.kind = 'IDENTIFICATION' and p.approved_on is not null order by a.id desc limit 1"""
_AT_ELIMINATION = """
select s.* from proceeding p join survey s on s.household = p.household and s.surveyed_on <= p.verified_on
where p.monitoring_case = $1 and p.kind = 'ELIMINATION' and p.announced_on is not null
order by p.id desc, s.surveyed_on desc, s.revision desc limit 1"""


def household_consistent(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Findings of the checks in members, household and survey are alerts. Q12"""
    for finding in find_in_household(ctx.facts["record"], _bounds(ctx)):
        yield finding.verdict


def case_consistent(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Findings of the checks in the case, its risks and measures are alerts. Q12, Q18–22"""
    for finding in find_in_case(ctx.facts["record"], _bounds(ctx)):
        yield finding.verdict


async def read_record(ctx: HouseholdContext) -> None:
    """The household with its members, newest case and measures, and the survey of this step or the newest. Q12"""
    household = ctx.household
    names = [argument.name for argument in SURVEY_ARGUMENTS if argument.name in ctx.arguments]
    written = {name: ctx.arguments[name] for name in names}
    members = await ctx.connection.fetch(_MEMBERS, household["id"])
    survey = written or await ctx.connection.fetchrow(_NEWEST_SURVEY, household["id"])
    declared, _ = await thresholds(ctx, ctx.on.year)
    applied = threshold_for_elimination(declared, ctx.path[::-1], ctx.on.year)
    case = ctx.case if ctx.case is not None and CaseState[ctx.case["state"]] in RECORDED else None
    measures = await ctx.connection.fetch(_MEASURES, case["id"]) if case is not None else []
    ctx.facts["record"] = HouseholdRecord(
        day=ctx.on,
        kind=HouseholdKind[household["kind_of_household"]],
        members=tuple(map(member_record, members)),
        case=await _case(ctx, case) if case is not None else None,
        survey=survey_record({"surveyed_on": ctx.on, **survey}) if survey else None,
        measures=tuple(map(measure_record, measures)),
        farmland=household["farmland"],
        threshold=applied.threshold.amount if applied is not None else None,
    )


async def _case(ctx: HouseholdContext, row: MonitoringCaseRow) -> CaseRecord:
    connection, case = ctx.connection, row["id"]
    at_identification = await connection.fetchrow(_AT_IDENTIFICATION, case)
    at_elimination = await connection.fetchrow(_AT_ELIMINATION, case)
    risks = await connection.fetch(_RISKS, case)
    return CaseRecord(
        state=CaseState[row["state"]],
        category=Category[row["category"]] if row["category"] else None,
        identified_on=row["identified_on"],
        entered_on=row["entered_on"],
        eliminated_on=row["eliminated_on"],
        safety_net=row["safety_net"],
        risks=tuple(RiskRecord(risk["kind"], RiskState[risk["state"]], risk["disaster"]) for risk in risks),
        threshold_amount=row["threshold_amount"],
        at_identification=survey_record(at_identification) if at_identification else None,
        at_elimination=survey_record(at_elimination) if at_elimination else None,
    )


def _bounds(ctx: HouseholdContext) -> Bounds:
    """The bounds in force for the household: its places' own where they have set any. Q1"""
    parameters = {parameter for check in ALL_CHECKS.values() for parameter in check.uses}
    return Bounds({parameter.name: ctx.setting(parameter).value for parameter in parameters})


def member_record(row: Row) -> MemberRecord:
    """A member as the checks see it: without name, number or telephone."""
    words: dict[str, Any] = {
        name: vocabulary[row[name]] if row[name] is not None else None for name, vocabulary in _WORDS.items()
    }
    return MemberRecord(
        **{name: row[name] for name in _PLAIN},
        **words,
        health=frozenset(row["health"] or ()),
        relocated=bool(row["relocated"]),
    )


def survey_record(row: Columns) -> SurveyRecord:
    """A survey as the checks see it, from its row or from the arguments of the step that records it."""
    claims = (
        Claim(ClaimKind.COMMERCIAL_INSURANCE, row["commercial_claims"]),
        Claim(ClaimKind.THIRD_PARTY, row["third_party_claims"]),
    )
    return SurveyRecord(
        surveyed_on=row["surveyed_on"],
        counted=row["counted"],
        wages=row["wages"],
        business=row["business"],
        transfers=row["transfers"],
        property_income=row["property"],
        business_expense=row["business_expense"],
        claims=claims_total(claims),
        out_of_pocket=out_of_pocket(expenses(row)),
        gaps=frozenset(guarantee for name, guarantee in GAPS.items() if row[name]),
    )


def measure_record(row: Row) -> MeasureRecord:
    """A measure as the checks see it."""
    return MeasureRecord(
        theme=row["theme"],
        item=row["item"],
        kind=MeasureKind[row["kind"]],
        funding=Funding[row["funding"]] if row["funding"] else None,
        amount=row["amount"],
        started_on=row["started_on"],
        ends_on=row["ends_on"],
        continuation=Continuation[row["continuation"]],
    )
