"""来历：权限 Traces of roles and of actions: where their words come from and which policy rows name them. Q1"""

from collections.abc import Iterator

from api.access.actions import ACTIONS
from api.access.policy import Policy
from api.access.role import roles
from api.access.words import ANY, ROLE_WORDS, Office, low
from api.projection.places import Place, attribute_of, calls
from api.projection.trace import Trace, policy_lines
from api.projection.workflows import place_of, step_lines
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.registry import steps

_PARTS = (Tier, Department, Duty, Office)


def traces(name: str, policy: Policy) -> Iterator[Trace]:
    """Find the meanings of a name in policies: `county.handler` or `county:handler`, `view.identity`."""
    word = name.partition("@")[0].replace(".", ":")
    if word in ROLE_WORDS:
        yield _role(word, policy)
    if name in ACTIONS:
        yield _action(name, policy)


def _role(word: str, policy: Policy) -> Trace:
    meant = [role for role in roles().values() if word == role.name or word in role.groups]
    held = {word, *(name for role in meant for name in (role.name, *role.groups))}
    linked = [link for link in policy.links.declared if link.member in held]
    held |= {link.group for link in linked}
    # rows that reach every one of these roles, and rows that reach only some of them
    parts = [(member, kind) for part in word.split(":") for kind in _PARTS for member in kind if low(member) == part]
    lines = [
        f"角色 stands for {len(meant)} of {len(roles())} roles tier:department:duty",
        *(
            f"词 word {attribute_of(kind, member.name)}  {kind.__name__}.{member.name} {member.zh}"
            for member, kind in parts
        ),
        *(f"归属 link policies/{link.source.file}:{link.source.line}  {link.member} → {link.group}" for link in linked),
        *policy_lines(rule for rule in policy.rules if rule.role in held | {ANY}),
    ]
    place = next((attribute_of(kind, member.name) for member, kind in parts), Place("api/access/role.py", 1))
    return Trace(f"角色 role {word}", place, "tier:department:duty of the post somebody acts in. Q1", tuple(lines))


def _action(name: str, policy: Policy) -> Trace:
    action = ACTIONS[name]
    place = next(iter(calls(name, "declare_action")), Place("api/access/actions.py", 1))
    taken = steps().get(name)
    if taken is not None:
        place = place_of(taken[1]) or place
    rows = policy_lines(rule for rule in policy.rules if rule.action == ANY or name in rule.action.split("|"))
    locked = ("锁定 locked: only policies/locks.csv may grant it. RULES §4",) if action.lock else ()
    done = step_lines(taken[1]) if taken else ()
    return Trace(f"动作 action {name}", place, f"{action.zh} {action.en}", (*locked, *done, *rows))
