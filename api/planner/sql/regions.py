"""区域 Regions as SQL: rows under a unit that the request names, as it stands to the subject's own. Q1"""

from typing import Any

from api.access.subject import Subject
from api.errors import Problem
from api.planner.sql.conditions import TIERS, Place
from api.planner.values import Value, Variables
from api.rules.units import tier_of
from api.rules.words.vocabulary import Tier


def region_class(code: Any, subject: Subject) -> str:
    """Relate a region to the subject's unit: its `own`, one that `covers` it, or the tier at which it is looked up."""
    if code == subject.home:
        return "own"
    if code in subject.path:
        return "covers"
    try:
        return tier_of(code).name
    except Problem:
        return "none"


def region_sql(place: Place, value: Value, how: str, *, subtree: bool | None) -> list[str]:
    """Rows in the region: one equality on the column of its tier; none at all when the arm's own place implies it.

    `subtree` tells whether the arm is the subject's subtree, lies outside it, or is not known to be either. Outside
    the subject's own path the code is looked up below the subject's unit, so that the equality on the region's tier
    alone bounds the rows and leads the index.
    """
    if how in ("own", "covers") and subtree:
        return []
    if how == "none" or (how == "own" and subtree is False):
        return ["false"]
    if how == "own":
        return [] if place.home is Tier.NATIONAL else [f"{place.tier(place.home)} = {place.binder.home()}"]

    def read(variables: Variables, _: Subject) -> Any:
        return value.get(variables)

    code = place.binder.bind(read, "text", ("region", id(value)))
    if how == "covers":
        columns = ", ".join(place.tier(tier) for tier in TIERS)
        return [f"({code} = '0' or {code} in ({columns}))"]
    tier = Tier[how]
    if tier is Tier.NATIONAL:
        return []
    if subtree and place.home is not Tier.NATIONAL:
        # a sub-select runs once, before the rows; a unit of somebody else's gives NULL, which equals no row
        home = f'u."{TIERS[place.home]}" = {place.binder.home()}'
        lookup = f"(select u.code from unit u where u.code = {code} and {home} and u.valid_until is null)"
        return [f"{place.tier(tier)} = {lookup}"]
    return [f"{place.tier(tier)} = {code}"]
