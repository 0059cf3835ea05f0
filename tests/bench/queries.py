"""问题 The questions asked, once in our schema's words and once in PostGraphile's; the answers must be equal.

Q1  50 households of a county, 8 fields, with members (6), cases (6) and their measures (5)
Q2  one household whole: members, cases, risks, measures, surveys
Q3  20 monitored households by filter, with their number

PostGraphile is asked for row numbers, which cost it nothing; ours are global identifiers.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.data import COUNTY, PAGE, World, household_id

MEMBER = "name relation sex birthDate ethnicity"
CASE = "category state identifiedOn eliminatedOn safetyNet"
MEASURE = "title kind funding state"
HOUSEHOLD = "number kindOfHousehold headName people monitoringState category registeredOn"
Q2_MEMBER = f"{MEMBER} education labour hukou"
Q2_MEASURE = f"{MEASURE} theme startedOn endsOn"
RISK = "kind state foundOn eliminatedOn"
SURVEY = "year revision surveyedOn counted wages business transfers property businessExpense"

OURS = {
    "Q1": f"""query Q1($region: String!, $first: Int!, $after: String) {{
  households(first: $first, after: $after, filter: {{region: $region}}) {{
    edges {{ cursor node {{ id {HOUSEHOLD}
      members {{ id {MEMBER} }}
      cases {{ id {CASE} measures {{ id {MEASURE} }} }} }} }}
    pageInfo {{ hasNextPage endCursor }} }} }}""",
    "Q2": f"""query Q2($id: ID!) {{
  household(id: $id) {{ id {HOUSEHOLD}
    members {{ id {Q2_MEMBER} }}
    cases {{ id {CASE} risks {{ id {RISK} }} measures {{ id {Q2_MEASURE} }} }}
    surveys(first: 20) {{ nodes {{ id {SURVEY} }} }} }} }}""",
    "Q3": f"""query Q3($region: String!, $category: Category!, $first: Int!) {{
  households(first: $first, filter: {{region: $region, monitoringState: [IDENTIFIED], category: [$category]}}) {{
    totalCount
    edges {{ cursor node {{ id {HOUSEHOLD}
      cases {{ id {CASE} }} }} }}
    pageInfo {{ hasNextPage endCursor }} }} }}""",
}
POSTGRAPHILE = {
    "Q1": f"""query Q1($region: String!, $first: Int!, $after: Cursor) {{
  households: allHouseholds(first: $first, after: $after, condition: {{county: $region}}) {{
    edges {{ cursor node {{ id: rowId {HOUSEHOLD}
      members: membersByHouseholdList {{ id: rowId {MEMBER} }}
      cases: monitoringCasesByHouseholdList {{ id: rowId {CASE}
        measures: measuresByMonitoringCaseList {{ id: rowId {MEASURE} }} }} }} }}
    pageInfo {{ hasNextPage endCursor }} }} }}""",
    "Q2": f"""query Q2($id: BigInt!) {{
  household: householdByRowId(rowId: $id) {{ id: rowId {HOUSEHOLD}
    members: membersByHouseholdList {{ id: rowId {Q2_MEMBER} }}
    cases: monitoringCasesByHouseholdList {{ id: rowId {CASE}
      risks: risksByMonitoringCaseList {{ id: rowId {RISK} }}
      measures: measuresByMonitoringCaseList {{ id: rowId {Q2_MEASURE} }} }}
    surveys: surveysByHousehold(first: 20) {{ nodes {{ id: rowId {SURVEY} }} }} }} }}""",
    "Q3": f"""query Q3($region: String!, $category: String!, $first: Int!) {{
  households: allHouseholds(first: $first,
    condition: {{county: $region, monitoringState: "IDENTIFIED", category: $category}}) {{
    totalCount
    edges {{ cursor node {{ id: rowId {HOUSEHOLD}
      cases: monitoringCasesByHouseholdList {{ id: rowId {CASE} }} }} }}
    pageInfo {{ hasNextPage endCursor }} }} }}""",
}
REGION = {"region": COUNTY}
Q1 = {**REGION, "first": PAGE, "after": None}
Q3 = {**REGION, "category": "UNSTABLE_LIFTED", "first": 20}


@dataclass(frozen=True, slots=True)
class Case:
    """One question as one official asks it; the variables of each request in turn; in theirs `after` is a row."""

    name: str
    title: str
    query: str
    official: str
    ours: tuple[Mapping[str, Any], ...]
    theirs: tuple[Mapping[str, Any], ...]


def cases(world: World) -> list[Case]:
    """What is measured on one database."""
    last, cursor = world.last
    households = world.monitored[:1000]
    by_id = tuple({"id": household_id(household)} for household in households)
    numbers = tuple({"id": str(household)} for household in households)
    return [
        Case("Q1", "Q1 县 county", "Q1", "county", (Q1,), (Q1,)),
        Case(
            "Q1 last",
            "Q1 县末页 county, last page",
            "Q1",
            "county",
            ({**Q1, "after": cursor},),
            ({**Q1, "after": last},),
        ),
        Case("Q1 province", "Q1 省 province", "Q1", "province", (Q1,), (Q1,)),
        Case("Q2", "Q2 县 county", "Q2", "county", by_id, numbers),
        Case("Q3", "Q3 县 county", "Q3", "county", (Q3,), (Q3,)),
        Case("Q3 province", "Q3 省 province", "Q3", "province", (Q3,), (Q3,)),
    ]


def bodies(case: Case, texts: Mapping[str, str], variables: tuple[Mapping[str, Any], ...]) -> list[bytes]:
    """Request bodies, one line each."""
    return [
        json.dumps({"query": texts[case.query], "variables": variable, "operationName": case.query}).encode()
        for variable in variables
    ]


def normal(value: Any, number: Callable[[str], str]) -> Any:
    """An answer without cursors, identifiers as row numbers."""
    if isinstance(value, dict):
        return {
            key: number(value) if key == "id" else normal(value, number)
            for key, value in value.items()
            if key not in ("cursor", "endCursor")
        }
    if isinstance(value, list):
        return [normal(value, number) for value in value]
    return value
