"""检查 Checks of a draft: everything its editor should know before submitting it, each with row, column and mend. Q1

The strict reader has refused wrong words, locked actions and Casbin's traps before a policy exists; here a policy is
judged as a whole, against the one in force. An edit of one row looks only at what the row touches.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from api.access.actions import ACTIONS, view
from api.access.compiling.index import keys_of
from api.access.formula.formula import FALSE
from api.access.formula.unit_folding import Places
from api.access.policy import Policy
from api.access.reading.finding import Finding, Source
from api.access.reading.row import Rule
from api.access.review.difference import Change, difference
from api.access.review.orphaned import abandoned
from api.access.review.redundant import idle
from api.access.review.sentence import sentence
from api.access.role import roles
from api.access.terms import word_term, words_term
from api.access.words import ANY, KINDS, low
from api.errors import Term, code
from api.rules.units import NATION
from api.rules.words.judging import Severity
from api.rules.words.steps import STEPS
from api.rules.words.vocabulary import Group

POLICY_UNIT_GONE = code(
    "POLICY_UNIT_GONE",
    400,
    zh="“单位”列的代码不在今天的责任单位之中，此行不再适用",
    en="the code in the column unit is none of today's units: the row no longer applies",
    next_zh="改为承继单位的代码，或删去该行",
    next_en="write the code of the unit that took over, or delete the row",
    question="Q1",
)
POLICY_ROLE_UNHELD = code(
    "POLICY_ROLE_UNHELD",
    400,
    zh="目前没有人任“{role}”的岗位，此行暂不影响任何人",
    en="nobody holds a post of {role} today: the row concerns no one yet",
    next_zh="核对“角色”列，或先任命",
    next_en="check the column role, or appoint somebody",
    question="Q1",
)
POLICY_SENSITIVE_OPENED = code(
    "POLICY_SENSITIVE_OPENED",
    400,
    zh="敏感信息向更多人开放：{roles}可对{kinds}做“{actions}”，条件：{where}",
    en="sensitive data is opened to more people: {roles} may do {actions} to {kinds}, where {where}",
    next_zh="确认必要，并在说明中写明理由",
    next_en="make sure it is needed, and give the reason in the note",
    question="Q38",
)
POLICY_STEP_OF_NOBODY = code(
    "POLICY_STEP_OF_NOBODY",
    400,
    zh="没有任何角色可以办理“{action}”",
    en="no role may take the step {action}",
    next_zh="为该环节写一行允许",
    next_en="write a row that allows the step",
    question="Q1",
)
SENSITIVE = frozenset(map(view, (Group.IDENTITY, Group.CONTACT, Group.BANK, Group.HEALTH))) | {"search", "reveal"}


@dataclass(frozen=True, slots=True)
class Today:
    """The units and officials of today: paths of the units, at least of those in rows; holders of each role."""

    places: Places | None = None
    holders: Mapping[str, int] | None = None


def check(
    before: Policy, after: Policy, changes: Sequence[Change] | None = None, today: Today | None = None
) -> tuple[Finding, ...]:
    """List the effects of an edit that its editor should know, errors first.

    `changes` is their difference, when it is known already. A province's rows are held to `refinement_findings` too.
    """
    old, new = set(before.rules), set(after.rules)
    edited = [rule for rule in after.rules if rule not in old]
    dropped = [rule for rule in before.rules if rule not in new]
    changes = difference(before, after) if changes is None else changes
    relinked = () if _same_links(before, after) else before.rules
    findings = chain(
        abandoned(before, after, dict.fromkeys([*edited, *dropped, *relinked]), changes),
        _opened(changes, edited),
        idle(after, _near(after, edited), edited),
        _of_today(edited, after, today or Today()),
    )
    return tuple(sorted(findings, key=lambda finding: (finding.severity is not Severity.ERROR, finding.source.line)))


def inspect(policy: Policy, today: Today | None = None) -> tuple[Finding, ...]:
    """The same for a whole policy that follows no other: idle rows, steps without a role, today's tree and posts."""
    return (
        *idle(policy, policy.rules),
        *_steps_of_nobody(policy),
        *_of_today(policy.rules, policy, today or Today()),
    )


def _steps_of_nobody(policy: Policy) -> Iterator[Finding]:
    """The steps of workflows that no role may take: somebody added a step and forgot its row."""
    for step in STEPS.values():
        kind = ACTIONS[step.action].kind if step.verb is None else None
        if kind is not None and all(policy.formula(role, step.action, kind) == FALSE for role in roles().values()):
            facts = {"action": Term(step.action, step.zh, step.action), "column": "action"}
            yield Finding(POLICY_STEP_OF_NOBODY, Source("policy"), facts)


def _same_links(before: Policy, after: Policy) -> bool:
    return set(before.links.declared) == set(after.links.declared)


def _near(policy: Policy, edited: Iterable[Rule]) -> list[Rule]:
    """The edited rows and those that share role, action, kind and place with one: an edit may leave them idle."""
    near: dict[Rule, None] = {}
    for rule in edited:
        units = None if rule.unit == ANY else policy.units.overlapping(rule.unit)
        for action, kind in keys_of(rule):
            representative_roles = policy.representative_roles(rule.role, action, KINDS[kind])
            for role in representative_roles if policy.compiler.index.allows(action, kind) else ():
                near.update(dict.fromkeys(policy.compiler.rules(role, action, kind, units)))
    return [*near]


def _opened(changes: Iterable[Change], edited: Sequence[Rule]) -> Iterator[Finding]:
    opened: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Change]] = defaultdict(list)
    for change in changes:
        actions = tuple(action for action in change.actions if action in SENSITIVE)
        if actions and change.gains != FALSE:
            opened[actions, tuple(map(low, change.kinds))].append(change)
    by = next((rule.source for rule in edited if SENSITIVE.intersection(rule.action.split("|"))), Source("policy"))
    for (actions, kinds), same in opened.items():
        facts = {
            "roles": words_term("role", (role for change in same for role in change.roles)),
            "actions": words_term("action", actions),
            "kinds": words_term("kind", kinds),
            "where": Term("where", *(_or(sentence(change.gains, name) for change in same) for name in ("zh", "en"))),
            "column": "action",
        }
        yield Finding(POLICY_SENSITIVE_OPENED, by, facts, Severity.WARNING)


def _or(sentences: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(sentences))


def _of_today(rules: Iterable[Rule], policy: Policy, today: Today) -> Iterator[Finding]:
    for rule in rules:
        if rule.locked:
            continue
        if today.places is not None and rule.unit not in (ANY, NATION) and rule.unit not in today.places:
            yield Finding(POLICY_UNIT_GONE, rule.source, {"column": "unit"}, Severity.WARNING)
        if today.holders is not None and not _held(policy, rule.role, today.holders):
            facts = {"role": word_term("role", rule.role), "column": "role"}
            yield Finding(POLICY_ROLE_UNHELD, rule.source, facts, Severity.WARNING)


def _held(policy: Policy, word: str, holders: Mapping[str, int]) -> bool:
    return any(count and (word == ANY or policy.links.holds(role, word)) for role, count in holders.items())
