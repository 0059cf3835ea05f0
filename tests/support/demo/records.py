"""Households of a database as the field checks see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from api.rules.checks.record import CaseRecord, HouseholdRecord, MeasureRecord, MemberRecord, RiskRecord, SurveyRecord
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
)

GAPS = {
    "education_gap": Guarantee.COMPULSORY_EDUCATION,
    "medical_gap": Guarantee.BASIC_MEDICAL,
    "housing_gap": Guarantee.SAFE_HOUSING,
    "water_gap": Guarantee.SAFE_WATER,
}
READ_OTHERWISE = {"sex", "labour", "health", "hukou", "id_number"}
PLAIN = [field.name for field in fields(MemberRecord) if field.name not in READ_OTHERWISE]
Row = Mapping[str, Any]


def member(row: Row) -> MemberRecord:
    return MemberRecord(
        **{name: row[name] for name in PLAIN},
        sex=Sex[row["sex"]],
        labour=Labour[row["labour"]],
        health=frozenset(row["health"]),
        hukou=HukouNature[row["hukou"]],
    )


def survey(row: Row) -> SurveyRecord:
    return SurveyRecord(
        surveyed_on=row["surveyed_on"],
        counted=row["counted"],
        wages=row["wages"],
        business=row["business"],
        transfers=row["transfers"],
        property_income=row["property"],
        business_expense=row["business_expense"],
        claims=row["commercial_claims"] + row["third_party_claims"],
        out_of_pocket=row["medical_expense"] + row["education_expense"] + row["disaster_expense"],
        gaps=frozenset(guarantee for name, guarantee in GAPS.items() if row[name]),
    )


def measure(row: Row) -> MeasureRecord:
    return MeasureRecord(
        theme=row["theme"],
        item=row["item"],
        kind=MeasureKind[row["kind"]],
        funding=Funding[row["funding"]],
        amount=row["amount"],
        started_on=row["started_on"],
        ends_on=row["ends_on"],
        continuation=Continuation[row["continuation"]],
    )


def case(row: Row, risks: Iterable[Row], surveys: list[Row], verified: Mapping[tuple[int, str], date]) -> CaseRecord:
    def at(kind: str) -> SurveyRecord | None:
        on = verified.get((row["id"], kind))
        before = [survey for survey in surveys if on is not None and survey["surveyed_on"] <= on]
        return survey(before[-1]) if before else None

    return CaseRecord(
        state=CaseState[row["state"]],
        category=Category[row["category"]] if row["category"] else None,
        identified_on=row["identified_on"],
        entered_on=row["entered_on"],
        eliminated_on=row["eliminated_on"],
        safety_net=row["safety_net"],
        risks=tuple(RiskRecord(risk["kind"], RiskState[risk["state"]], risk["disaster"]) for risk in risks),
        threshold_amount=row["threshold_amount"],
        at_identification=at("IDENTIFICATION"),
        at_elimination=at("ELIMINATION"),
    )


async def grouped(connection: Any, table: str, column: str, order: str = "id") -> Mapping[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {order}"):
        groups[row[column]].append(row)
    return groups


async def records(connection: Any, day: date) -> list[HouseholdRecord]:
    members = await grouped(connection, "member", "household")
    cases = await grouped(connection, "monitoring_case", "household")
    risks = await grouped(connection, "risk", "monitoring_case")
    measures = await grouped(connection, "measure", "monitoring_case")
    surveys = await grouped(connection, "survey", "household", "surveyed_on")
    verified = {
        (row["monitoring_case"], row["kind"]): row["verified_on"]
        for row in await connection.fetch("SELECT * FROM proceeding WHERE verified_on IS NOT NULL")
    }
    threshold = await connection.fetchval("SELECT amount FROM threshold WHERE year = $1", day.year)
    records_ = []
    for row in await connection.fetch("SELECT * FROM household ORDER BY id"):
        newest = cases[row["id"]][-1] if row["id"] in cases else None
        records_.append(
            HouseholdRecord(
                day=day,
                kind=HouseholdKind[row["kind_of_household"]],
                members=tuple(member(row_) for row_ in members[row["id"]] if row_["left_on"] is None),
                case=case(newest, risks[newest["id"]], surveys[row["id"]], verified) if newest else None,
                survey=survey(surveys[row["id"]][-1]),
                measures=tuple(measure(row_) for row_ in measures[newest["id"]]) if newest else (),
                farmland=row["farmland"],
                threshold=threshold,
            )
        )
    return records_
