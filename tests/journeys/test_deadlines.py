"""Time limits are data: what is due, what is late, region by region, on whatever day one asks about. RULES §0"""

from typing import Any

from tests.support.journeys.country import COUNTY, VILLAGE, Country
from tests.support.journeys.identification import to_publicity

DUE = """query D($filter: DeadlineFilter) { deadlines(first: 50, filter: $filter, order: {by: DUE_ON}) {
  totalCount nodes { kind dueOn doneOn household { id } } } }"""


async def due(country: Country, official: str, **wanted: Any) -> list[tuple[str, str]]:
    deadlines = (await country.ask(official, DUE, filter=wanted))["deadlines"]
    assert deadlines["totalCount"] == len(deadlines["nodes"])
    return [(version["kind"], version["dueOn"]) for version in deadlines["nodes"]]


async def test_what_is_due_and_what_is_late(country: Country) -> None:
    await country.owner.execute("delete from deadline")
    proceeding = await to_publicity(country, "2026-04-01")  # on the board since 5 April
    both = [("PUBLICITY", "2026-04-10"), ("IDENTIFICATION", "2026-04-16")]
    assert await due(country, "village", region=VILLAGE) == both
    assert await due(country, "county", region=COUNTY, dueUntil="2026-04-10") == both[:1]
    assert await due(country, "county", kind=["IDENTIFICATION"]) == both[1:]
    assert await due(country, "county", overdueOn="2026-04-16") == [], "the last day is still in time"
    assert await due(country, "county", overdueOn="2026-04-17") == both[1:], "a first day is never late"
    assert await due(country, "neighbour") == []
    country.today("2026-04-11")
    await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5)
    await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6)
    assert (await country.take("approver", "identificationApprove", "Proceeding", proceeding, 7))["taken"]
    late = await due(country, "county", overdueOn="2026-04-30")
    assert "IDENTIFICATION" not in [kind for kind, _ in late], "it was met"
    assert {"PLAN", "SYSTEM_ENTRY"} <= {kind for kind, _ in late}
