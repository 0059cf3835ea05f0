"""权限表 The permission matrix: who reads which field groups of what, and who may take which locked step. Q1

Generated from the compiled policy and committed as docs/permissions.md; it is also the reference of policy words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from api.access.actions import ACTIONS, READ, Action
from api.access.formula.formula import FALSE, Formula
from api.access.policy import Policy
from api.access.review.difference import shortest
from api.access.review.sentence import sentence
from api.access.role import Role, roles
from api.access.words import KINDS, REACHES, STATES, Office, low
from api.rules.words.vocabulary import Department, Duty, Group, Kind, Tier, Word

_HEAD = "\n| {} |\n|{}|\n"


def permission_matrix(policy: Policy | None = None) -> str:
    """The matrix of a policy, the one in `policies/` unless told, as Markdown."""
    policy = policy or Policy.load()
    reads = _tables(policy)
    parts = ("# 权限 Permissions\n", _preface(policy), "\n## 读 Who reads what\n", reads, "\n## 动作 Who may do what\n")
    return "".join((*parts, _actions(policy), "\n## 策略行 Rows\n", _rows(policy), _words()))


def _preface(policy: Policy) -> str:
    return (
        "\nGenerated from `policies/`; do not edit. Where several groups stand in one cell their formula is the same.\n"
        "以下由 `policies/` 生成，请勿手改。`*` 表示全部。\n"
        f"\nVersion 版本 `{policy.version[:16]}`, {len(policy.rules)} rules.\n"
    )


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    body = "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)
    return _HEAD.format(" | ".join(head), "|".join("---" for _ in head)) + body


def _tables(policy: Policy) -> str:
    kinds: dict[str, list[Kind]] = defaultdict(list)
    for kind in Kind:
        kinds[_reads(policy, kind)].append(kind)
    return "".join(
        f"\n### {'、'.join(kind.zh for kind in same)} ({', '.join(map(low, same))})\n{table}"
        for table, same in kinds.items()
        if table
    )


def _reads(policy: Policy, kind: Kind) -> str:
    seen: dict[tuple[tuple[str, Formula], ...], list[Role]] = defaultdict(list)
    for role in roles().values():
        row = policy.formula(role, READ, kind)
        if row != FALSE:
            groups = policy.groups(role, kind)
            views = tuple((low(group), formula) for group, formula in groups.items() if group is not Group.STRUCTURE)
            seen[(("row", row), *views)].append(role)
    if not seen:
        return ""
    rows = (("<br>".join(shortest(who)), *_cells(views, kind)) for views, who in seen.items())
    head = ("角色 roles", "范围 where", "中文", "字段组 field groups")
    return _table(head, rows)


def _cells(views: tuple[tuple[str, Formula], ...], kind: Kind) -> tuple[str, str, str]:
    by_formula: dict[Formula, list[str]] = defaultdict(list)
    for name, formula in views:
        if formula != FALSE:
            by_formula[formula].append(name)
    return (
        "<br>".join(sentence(formula, "en", kind) for formula in by_formula),
        "<br>".join(sentence(formula, "zh", kind) for formula in by_formula),
        "<br>".join(", ".join(names) for names in by_formula.values()),
    )


def _actions(policy: Policy) -> str:
    head = ("动作 action", "说明", "角色 roles", "对象 kind", "条件 when")
    views = {READ, *(name for name in ACTIONS if name.startswith("view."))}
    rows = (row for action in ACTIONS.values() if action.name not in views for row in _action(policy, action))
    return _table(head, rows)


def _action(policy: Policy, action: Action) -> Iterator[tuple[str, ...]]:
    held: dict[tuple[Kind, Formula], list[Role]] = defaultdict(list)
    for kind in Kind:
        for role in roles().values():
            formula = policy.formula(role, action.name, kind)
            if formula != FALSE:
                held[kind, formula].append(role)
    name = f"`{action.name}`" + (" 🔒" if action.lock else "")
    for (kind, formula), who in held.items():
        yield name, action.zh, "<br>".join(shortest(who)), low(kind), sentence(formula, "en", kind)


def _rows(policy: Policy) -> str:
    lines: dict[str, list[str]] = defaultdict(list)
    cells: dict[str, tuple[str, ...]] = {}
    for rule in policy.rules:
        place = str(rule.source)
        lines[place].append(rule.role)
        cells[place] = (rule.action, rule.kind, rule.reach, rule.state, rule.unit, rule.eft, rule.basis)
    head = ("行 row", "role", "action", "kind", "reach", "state", "unit", "effect", "basis")
    links = ((str(link.source), link.member, "g", link.group, "", "", "", "", "") for link in policy.links.declared)
    rules = ((place, "|".join(who), *cells[place]) for place, who in lines.items())
    return _table(head, iter([*rules, *links]))


def _words() -> str:
    vocabularies: tuple[tuple[str, type[Word]], ...] = (
        ("层级 tier", Tier),
        ("部门 department", Department),
        ("职责 duty", Duty),
        ("机构类 office", Office),
    )
    tables: list[tuple[str, Iterable[Word]]] = [("对象 kind", KINDS.values()), ("范围 reach", REACHES.values())]
    tables.extend(vocabularies)
    lines = [
        f"\n### {title}\n" + _table(("词 word", "中文", "English"), ((low(e), e.zh, e.en) for e in words))
        for title, words in tables
    ]
    actions = ((name, action.zh, action.en) for name, action in ACTIONS.items())
    states = ((kind, "|".join(sorted(words))) for kind, words in STATES.items())
    return (
        "\n## 词 Words\n"
        + "".join(lines)
        + "\n### 动作 action\n"
        + _table(("词 word", "中文", "English"), actions)
        + "\n### 状态 state\n"
        + _table(("kind", "states"), states)
    )
