"""动作 Actions: what a policy row allows or denies; an open registry that each workflow extends with its steps. Q1

A locked action can be granted by the rows of locks.csv alone, and only as far as its `Lock` lets them: the lock is
part of the matcher, so no row of any administrator reaches beyond it. RULES §4
"""

from dataclasses import dataclass

from api.rules.words.judging import NationalOperation
from api.rules.words.steps import NUMBERS, OPERATIONS, STEPS
from api.rules.words.vocabulary import Department, Duty, Group, Kind, Tier

GRANTS = ("none", "proposed", "reviewed", "decided")


@dataclass(frozen=True, slots=True)
class Lock:
    """The office that may be granted an action, its kind, and the stage the request must have reached. RULES §4

    `grant` is the point the national request must have reached. `below`: only strictly below one's own unit.
    """

    kind: Kind
    tiers: frozenset[Tier]
    departments: frozenset[Department]
    duties: frozenset[Duty]
    grant: str | None = None
    below: bool = False

    def admits(self, tier: Tier, department: Department, duty: Duty, kind: Kind) -> bool:
        """Whether an office and a kind are those it is for; where and when is still to be asked."""
        return kind is self.kind and tier in self.tiers and department in self.departments and duty in self.duties


@dataclass(frozen=True, slots=True)
class Action:
    """One action with its Chinese term and English sentence; `kind` when it is done to one kind only."""

    name: str
    zh: str
    en: str
    lock: Lock | None = None
    kind: Kind | None = None


ACTIONS: dict[str, Action] = {}


def declare_action(name: str, zh: str, en: str, lock: Lock | None = None, kind: Kind | None = None) -> Action:
    """Declare an action once, before policies are loaded. ValueError when it exists already.

    A row that speaks of another kind than the action's is refused, so a step says here what it is a step of.

    >>> declare_action("read", "again", "Again.")
    Traceback (most recent call last):
    ValueError: action read is declared twice
    """
    if name in ACTIONS:
        raise ValueError(f"action {name} is declared twice")
    ACTIONS[name] = Action(name, zh, en, lock, lock.kind if lock else kind)
    return ACTIONS[name]


def view(group: Group) -> str:
    """The action of reading a field group. Structure goes with the row and has none.

    >>> view(Group.INCOME)
    'view.income'
    """
    return f"view.{group.name.lower()}"


READ = declare_action("read", "读取", "See that a row exists, with its structure.").name
SEARCH = declare_action(
    "search", "按证件查找", "Find a person by the exact number of a document. Q38", kind=Kind.HOUSEHOLD
).name
REVEAL = declare_action("reveal", "调阅明文", "Reveal a sealed identifier, on record. Q38", kind=Kind.HOUSEHOLD).name
for _group in Group:
    if _group is not Group.STRUCTURE:
        declare_action(view(_group), f"查看{_group.zh}", _group.en)


def _national(what: str, zh: str, en: str, question: str) -> None:
    """The four steps of one kind of national request. Q29, Q40; duties and county proposals are ours."""
    steps = (
        ("propose", "提出{}", "Propose {}.", Tier.COUNTY, Duty.HANDLER, "none"),
        ("review", "省级审核{}", "Review {} at the province.", Tier.PROVINCE, Duty.REVIEWER, "proposed"),
        ("decide", "国家决定{}", "Decide on {} nationally.", Tier.NATIONAL, Duty.REVIEWER, "reviewed"),
        ("execute", "国家执行{}", "Execute {} nationally.", Tier.NATIONAL, Duty.OPERATOR, "decided"),
    )
    for step, step_zh, step_en, tier, duty, grant in steps:
        lock = Lock(Kind.REQUEST, frozenset({tier}), _OWNER, frozenset({duty}), grant)
        declare_action(f"{what}.{step}", step_zh.format(zh), f"{step_en.format(en)} {question}", lock)


_OWNER = frozenset({Department.RURAL_REVITALIZATION})
_POLICY_TIERS = frozenset({Tier.NATIONAL, Tier.PROVINCE})
_LEADERS = frozenset({Department.RURAL_REVITALIZATION, Department.LEADING_GROUP})

_national(OPERATIONS[NationalOperation.WITHDRAWAL], "清退", "a withdrawal", "Q40")
_national(OPERATIONS[NationalOperation.ROLLBACK], "回退", "a rollback", "Q40")
_national(OPERATIONS[NationalOperation.SAFETY_NET_CHANGE], "兜底保障户标识变更", "a change of a safety-net mark", "Q29")

for _name, _zh, _en, _duty in (
    ("draft", "起草策略", "Draft a policy version.", Duty.POLICY_EDITOR),
    ("submit", "送审策略", "Submit a policy version.", Duty.POLICY_EDITOR),
    ("approve", "批准策略", "Approve a policy version.", Duty.POLICY_APPROVER),
    ("publish", "发布策略", "Publish a policy version.", Duty.POLICY_APPROVER),
    ("revert", "恢复策略", "Publish an earlier policy version again.", Duty.POLICY_APPROVER),
):
    declare_action(f"policy.{_name}", _zh, _en, Lock(Kind.POLICY, _POLICY_TIERS, _OWNER, frozenset({_duty})))

for _name, _zh, _en, _duties in (
    ("propose", "提出任免", "Propose giving or ending a post.", {Duty.HANDLER}),
    ("approve", "批准任免", "Approve giving or ending a post.", {Duty.REVIEWER, Duty.APPROVER}),
):
    _lock = Lock(Kind.OFFICIAL, frozenset(Tier) - {Tier.VILLAGE}, _LEADERS, frozenset(_duties), below=True)
    declare_action(f"appoint.{_name}", _zh, _en, _lock)


def _about(workflow: str) -> Kind:
    if workflow == "request":
        return Kind.REQUEST
    return Kind.THRESHOLD if workflow in NUMBERS else Kind.PROCEEDING


for _step in STEPS.values():
    if _step.verb is None:
        _cited = ", ".join(f"Q{question}" for question in _step.questions)
        declare_action(_step.action, _step.zh, f"{_step.en} {_cited}", kind=_about(_step.workflow))


def step_actions() -> frozenset[str]:
    """The actions of all steps that policy rows speak of by the step's own name."""
    return frozenset(step.action for step in STEPS.values() if step.verb is None)
