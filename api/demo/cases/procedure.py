"""环节次序 The steps that demo rows tell of: by which day of which row, who takes it, what it leaves. Q33, Q40

In the order of the work, which decides between steps of one day.
"""

from typing import NamedTuple

HANDLER = "{}:rural_revitalization:handler"
VILLAGE, TOWNSHIP, COUNTY = (HANDLER.format(tier) for tier in ("village", "township", "county"))
REVIEWER, APPROVER = "county:rural_revitalization:reviewer", "county:leading_group:approver"


class Taken(NamedTuple):
    """A step: its name, the table (x) or kind of proceeding (x, its case c) whose `day` tells of it, its role.

    `becomes`: the state in which it leaves its proceeding, None for the state that the row has now.
    """

    step: str
    source: str
    day: str
    role: str
    becomes: str | None = None


def _steps(kind: str, *steps: tuple[str, str, str, str | None]) -> list[Taken]:
    return [Taken(f"{kind}.{name}", kind.upper(), f"x.{day}", role, becomes) for day, name, role, becomes in steps]


PROCEDURE = (
    ("opened_on", "open", VILLAGE, "OPENED"),
    ("verified_on", "verify_at_home", TOWNSHIP, "VERIFIED"),
    ("authorized_on", "take_authorization", TOWNSHIP, "AUTHORIZED"),
    ("reviewed_on", "hold_review", VILLAGE, "REVIEWED"),
    ("publicized_on", "open_publicity", VILLAGE, "PUBLICIZED"),
    ("submitted_on", "submit", TOWNSHIP, "SUBMITTED"),
    ("county_reviewed_on", "review_at_county", REVIEWER, "COUNTY_REVIEWED"),
    ("approved_on", "approve", APPROVER, "APPROVED"),
    ("announced_on", "announce", COUNTY, None),
)
"""Identification and elimination."""

STEPS = (
    Taken("clue.report", "clue", "x.found_on", VILLAGE),
    Taken("green_channel.open", "GREEN_CHANNEL", "x.opened_on", VILLAGE, "OPENED"),
    Taken("green_channel.confirm_by_village", "GREEN_CHANNEL", "c.entered_on", VILLAGE, "OPENED"),
    Taken("green_channel.confirm_by_township", "GREEN_CHANNEL", "c.entered_on", TOWNSHIP, "CONFIRMED"),
    Taken("green_channel.enter", "GREEN_CHANNEL", "c.entered_on", COUNTY, "ENTERED"),
    *_steps("identification", *PROCEDURE),
    Taken(
        "identification.register",
        "monitoring_case",
        "case when x.entered_on is null then x.registered_on end",
        COUNTY,
    ),
    *_steps(
        "safety_net",
        ("opened_on", "open", VILLAGE, "OPENED"),
        ("ended_on", "confirm_by_village", VILLAGE, "OPENED"),
        ("ended_on", "confirm_by_township", TOWNSHIP, None),
    ),
    Taken("assistance.declare_plan", "plan", "x.declared_on", VILLAGE),
    Taken("assistance.start_measure", "measure", "x.started_on", VILLAGE),
    Taken("assistance.complete_measure", "measure", "x.completed_on", VILLAGE),
    Taken("elimination.eliminate_risk", "risk", "x.eliminated_on", TOWNSHIP),
    *_steps("elimination", *PROCEDURE),
    Taken("green_channel.exit", "GREEN_CHANNEL", "case c.state when 'EXITED' then c.ended_on end", COUNTY),
)
PLACES = {taken.step: place for place, taken in enumerate(STEPS, 1)}
