"""空转 Idle rows: those that never apply, that others cover, that deny nothing, or that are wholly denied. Q1

An idle row changes no decision. It is found by asking, of every role, action and kind it speaks of, whether some object
is decided by this row alone; the first such object ends the search.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from api.access.compiling.index import keys_of
from api.access.formula.formula import FALSE, Formula, all_of, any_of, negate
from api.access.functions import one_of
from api.access.policy import Policy
from api.access.reading.finding import Finding
from api.access.reading.row import Rule
from api.access.review.difference import satisfiable
from api.access.role import Role, roles
from api.access.terms import word_term
from api.access.words import ANY, KINDS
from api.errors import Code, Term, code
from api.rules.words.judging import Severity


def _idle(name: str, zh: str, en: str, next_zh: str, next_en: str) -> Code:
    return code(name, 400, zh=zh, en=en, next_zh=next_zh, next_en=next_en, question="Q1")


POLICY_UNREACHABLE = _idle(
    "POLICY_UNREACHABLE",
    "此行（{role}）从不适用：动作已锁定给他人，或其范围不存在",
    "this row never applies to {role}: its action is locked to others, or it reaches nothing",
    "删去该行，或改“角色”“动作”“范围”列",
    "delete the row, or change role, action or reach",
)
POLICY_SHADOWED = _idle(
    "POLICY_SHADOWED",
    "此行（{role}）的效力已由 {others} 全部涵盖",
    "what this row says of {role} is wholly said by {others}",
    "删去该行，或收窄所列各行",
    "delete the row, or narrow those",
)
POLICY_CONTRADICTED = _idle(
    "POLICY_CONTRADICTED",
    "此行（{role}）所允许的全部被 {others} 禁止",
    "all that this row allows {role} is denied by {others}",
    "删去该行，或收窄禁止行",
    "delete the row, or narrow the denial",
)
POLICY_DENIES_NOTHING = _idle(
    "POLICY_DENIES_NOTHING",
    "此行（{role}）禁止的本来就无人允许",
    "what this row denies {role} no row allows",
    "删去该行",
    "delete the row",
)
_MOST_NAMED = 5


class _Share(Enum):
    NEVER = auto()
    ALONE = auto()
    COVERED = auto()
    OPPOSED = auto()


@dataclass(frozen=True, slots=True)
class _Seen:
    share: _Share
    beside: frozenset[Rule] = frozenset()


def idle(policy: Policy, rules: Iterable[Rule], edited: Sequence[Rule] = ()) -> Iterator[Finding]:
    """A warning for each of the rules that changes no decision of the policy. Locked ones are the release's own.

    `edited` are tried first: a rule that says word for word more than another needs no search.
    """
    for rule in rules:
        if rule.locked:
            continue
        wider = {other for other in edited if other != rule and _says_all_of(other, rule, policy)}
        if wider:
            yield Finding(POLICY_SHADOWED, rule.source, _facts(rule, wider), Severity.WARNING)
        else:
            yield from _findings(rule, _shares(policy, rule))


def _says_all_of(wide: Rule, narrow: Rule, policy: Policy) -> bool:
    """Whether one rule's words cover the other's: then its effect does. Not the only way, but the usual one."""
    places = policy.units.places.get(narrow.unit, ())
    return (
        wide.eft == narrow.eft
        and all(one_of(word, wide.action) for word in narrow.action.split("|"))
        and all(one_of(word, wide.kind) for word in narrow.kind.split("|"))
        and (wide.state == ANY or {*narrow.state.split("|")} <= {*wide.state.split("|")})
        and {*narrow.reach.split("|")} <= {*wide.reach.split("|")}
        and wide.unit in (ANY, narrow.unit, *places)
        and _holds_all_of(wide.role, narrow.role, policy)
    )


def _holds_all_of(wide: str, narrow: str, policy: Policy) -> bool:
    if wide in (ANY, narrow):
        return True
    held = [role for role in roles() if policy.links.holds(role, narrow)] if narrow != ANY else [*roles()]
    return all(policy.links.holds(role, wide) for role in held)


def _shares(policy: Policy, rule: Rule) -> Iterator[_Seen]:
    units = None if rule.unit == ANY else policy.units.overlapping(rule.unit)
    for action, kind in keys_of(rule):
        representative_roles = policy.representative_roles(rule.role, action, KINDS[kind])
        sorts = {policy.compiler.plan_inputs(role, action, kind): role for role in representative_roles}
        for role in sorts.values():
            yield _share(policy, rule, (role, action, kind), units)


def _share(policy: Policy, rule: Rule, query: tuple[Role, str, str], units: frozenset[str] | None) -> _Seen:
    needs = policy.compiler.needs(*query, rule)
    if needs == FALSE:
        return _Seen(_Share.NEVER)
    allows, denies = policy.compiler.sides(*query, policy.compiler.rules(*query, units))
    same, other = (allows, denies) if rule.eft == "allow" else (denies, allows)
    opposed = _any(other, rule)
    decided = all_of([needs, negate(opposed) if rule.eft == "allow" else opposed])
    if satisfiable(all_of([decided, negate(_any(same, rule))])):
        return _Seen(_Share.ALONE)
    if satisfiable(decided):
        return _Seen(_Share.COVERED, _covering(decided, same, rule) or _meeting(needs, same, rule))
    return _Seen(_Share.OPPOSED, _meeting(needs, other, rule) if rule.eft == "allow" else frozenset())


def _any(side: tuple[tuple[Rule, Formula], ...], rule: Rule) -> Formula:
    return any_of(needs for other, needs in side if other != rule)


def _covering(decided: Formula, side: tuple[tuple[Rule, Formula], ...], rule: Rule) -> frozenset[Rule]:
    return frozenset(
        other for other, theirs in side[:99] if other != rule and not satisfiable(all_of([decided, negate(theirs)]))
    )


def _meeting(needs: Formula, side: tuple[tuple[Rule, Formula], ...], rule: Rule) -> frozenset[Rule]:
    return frozenset(other for other, theirs in side[:99] if other != rule and satisfiable(all_of([needs, theirs])))


def _findings(rule: Rule, sightings: Iterator[_Seen]) -> Iterator[Finding]:
    seen: list[_Seen] = []
    for sighting in sightings:
        if sighting.share is _Share.ALONE:
            return
        seen.append(sighting)
    shares = {sighting.share for sighting in seen}
    share = _Share.COVERED if _Share.COVERED in shares else _Share.OPPOSED
    beside = {other for sighting in seen if sighting.share is share for other in sighting.beside}
    yield Finding(_code(rule, shares - {_Share.NEVER}), rule.source, _facts(rule, beside), Severity.WARNING)


def _code(rule: Rule, shares: set[_Share]) -> Code:
    if not shares:
        return POLICY_UNREACHABLE
    if shares == {_Share.OPPOSED}:
        return POLICY_CONTRADICTED if rule.eft == "allow" else POLICY_DENIES_NOTHING
    return POLICY_SHADOWED


def _facts(rule: Rule, beside: Iterable[Rule]) -> dict[str, str | Term]:
    named = sorted({str(other.source) for other in beside})
    more = f" +{len(named) - _MOST_NAMED}" if len(named) > _MOST_NAMED else ""
    return {"role": word_term("role", rule.role), "column": "role", "others": ", ".join(named[:_MOST_NAMED]) + more}
