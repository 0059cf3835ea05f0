"""The maximal policy, the locked actions, and the most that a lock may ever let through."""

from api.access.actions import ACTIONS
from api.access.formula.formula import FALSE, TRUE, Cooperating, Formula, Grant, Own, Subtree, all_of, any_of, negate
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.role import Role
from api.rules.words.vocabulary import Department, Duty, Kind, Tier
from tests.support.access.worlds import LOCKS, MODEL

EVERYTHING = Rule("*", "*", "*", "own|subtree|cooperating|sector|all", "*", "*", "allow", "ours", Source("adversary"))


MAXIMAL = Policy(MODEL, [*LOCKS, EVERYTHING], [])


LOCKED = [name for name, action in ACTIONS.items() if action.lock is not None]


OWNER = Department.RURAL_REVITALIZATION


INSIDE = any_of([Subtree(), Cooperating()])


def most(role: Role, action: str, kind: Kind) -> Formula:
    """The most that RULES §4 and §2 let anybody have, written from the rules and not from the code."""
    what, step = action.split(".")
    own = (role.department, role.duty)
    inside = TRUE if role.tier is Tier.NATIONAL else INSIDE
    if what in ("withdraw", "rollback", "safety_net"):
        held = {
            "propose": (Tier.COUNTY, Duty.HANDLER, "none"),
            "review": (Tier.PROVINCE, Duty.REVIEWER, "proposed"),
            "decide": (Tier.NATIONAL, Duty.REVIEWER, "reviewed"),
            "execute": (Tier.NATIONAL, Duty.OPERATOR, "decided"),
        }[step]
        if kind is not Kind.REQUEST or (role.tier, *own) != (held[0], OWNER, held[1]):
            return FALSE
        return all_of([inside, Grant(frozenset({held[2]}))])
    if what == "policy":
        duty = Duty.POLICY_EDITOR if step in ("draft", "submit") else Duty.POLICY_APPROVER
        may = kind is Kind.POLICY and own == (OWNER, duty) and role.tier in (Tier.NATIONAL, Tier.PROVINCE)
        return inside if may else FALSE
    assert what == "appoint"
    duties = {"propose": {Duty.HANDLER}, "approve": {Duty.REVIEWER, Duty.APPROVER}}[step]
    may = kind is Kind.OFFICIAL and role.duty in duties and role.department in (OWNER, Department.LEADING_GROUP)
    below = all_of([TRUE if role.tier is Tier.NATIONAL else Subtree(), negate(Own())])
    return below if may and role.tier is not Tier.VILLAGE else FALSE
