"""策略规模 The same policy with more rows: refusals of other roles in single counties, as provinces write them."""

from itertools import islice, product

from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule

ROLES = tuple(
    f"{tier}:{department}:{duty}"
    for tier in ("county", "township", "village")
    for department in ("education", "health", "civil_affairs", "housing", "water")
    for duty in ("reviewer", "inspector")
)
COUNTIES = tuple(f"5101{number:02d}" for number in range(4, 33)) + tuple(f"5107{number:02d}" for number in range(3, 33))


def enlarged(policy: Policy, rows: int) -> Policy:
    """The policy with as many rows in all; none of the added ones grants anything."""
    source = Source("bench.csv")
    words = product(COUNTIES, ROLES, ("view.basic", "view.schooling", "view.income"))
    added = (
        Rule(role, action, "household", "subtree", "*", county, "deny", "ours", source=source)
        for county, role, action in words
    )
    return Policy(
        policy.model,
        (*policy.rules, *islice(added, max(0, rows - len(policy.rules)))),
        policy.links.declared,
    )
