"""责任 Table of responsibilities by tier and department, each row with its question. Q1

What the Guide gives to one tier the others do not do (ours, but for Q33 and Q40). Policies cite these rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force
from api.rules.words.tasks import Task
from api.rules.words.vocabulary import Department, Tier

NOT_RESPONSIBLE = sentence(
    "NOT_RESPONSIBLE",
    1,
    Force.MUST,
    zh="{tier}级{department}不承担：{task}",
    en="{task} is not for {department} at {tier} tier",
)

RURAL = frozenset({Department.RURAL_REVITALIZATION})
LEADING = frozenset({Department.LEADING_GROUP})
SECTORS = frozenset(Department) - RURAL - LEADING - {Department.HOTLINE}
EVERYBODY = frozenset(Department)
TIERS = frozenset(Tier)
GRASSROOTS = frozenset({Tier.TOWNSHIP, Tier.VILLAGE})


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One row: a task, the tiers and departments that carry it, and the question that says so."""

    task: Task
    tiers: frozenset[Tier]
    departments: frozenset[Department]
    question: int


def _row(task: Task, tiers: Iterable[Tier], departments: frozenset[Department], question: int) -> Responsibility:
    return Responsibility(task, frozenset(tiers), departments, question)


RESPONSIBILITIES = (
    _row(Task.LEAD, TIERS, LEADING, 1),
    _row(Task.REFINE_POLICY, (Tier.PROVINCE, Tier.COUNTY), RURAL, 1),
    _row(Task.SUPERVISE, (Tier.NATIONAL, Tier.PROVINCE, Tier.CITY, Tier.COUNTY), RURAL | LEADING, 1),
    _row(Task.COORDINATE_RESOURCES, (Tier.CITY,), RURAL | LEADING, 1),
    _row(Task.WARN_AND_COMPARE, TIERS - GRASSROOTS, SECTORS, 1),
    _row(Task.PUBLICISE_POLICY, GRASSROOTS, EVERYBODY, 1),
    _row(Task.SCREEN, GRASSROOTS, EVERYBODY, 1),
    _row(Task.SET_THRESHOLD, (Tier.PROVINCE,), RURAL, 10),
    _row(Task.ACKNOWLEDGE_THRESHOLD, (Tier.NATIONAL,), RURAL, 10),
    _row(Task.VERIFY_AT_HOME, GRASSROOTS, EVERYBODY, 33),
    _row(Task.TAKE_AUTHORIZATION, GRASSROOTS, EVERYBODY, 33),
    _row(Task.HOLD_REVIEW, (Tier.VILLAGE,), EVERYBODY, 33),
    _row(Task.PUBLICIZE, (Tier.VILLAGE,), EVERYBODY, 33),
    _row(Task.REVIEW_AT_COUNTY, (Tier.COUNTY,), RURAL, 33),
    _row(Task.APPROVE, (Tier.COUNTY,), LEADING, 33),
    _row(Task.ENTER_AND_ANNOUNCE, (Tier.COUNTY,), RURAL, 36),
    _row(Task.CONFIRM_GREEN_CHANNEL, GRASSROOTS, EVERYBODY, 24),
    _row(Task.RUN_GREEN_CHANNEL, (Tier.COUNTY,), RURAL, 24),
    _row(Task.DECLARE_PLAN, (Tier.VILLAGE,), EVERYBODY, 23),
    _row(Task.URGE_DEPARTMENTS, (Tier.COUNTY,), RURAL, 23),
    _row(Task.DELIVER_MEASURES, TIERS - {Tier.NATIONAL}, SECTORS, 1),
    _row(Task.DELIVER_MEASURES, GRASSROOTS, EVERYBODY, 1),
    _row(Task.MARK_SAFETY_NET, GRASSROOTS, EVERYBODY, 29),
    _row(Task.COMPARE_QUARTERLY, (Tier.NATIONAL,), RURAL | {Department.CIVIL_AFFAIRS}, 29),
    _row(Task.APPLY_TO_NATION, (Tier.PROVINCE,), RURAL, 40),
    _row(Task.CONSENT_AND_EXECUTE, (Tier.NATIONAL,), RURAL, 40),
    _row(Task.HANDLE_TICKETS, TIERS, RURAL | {Department.HOTLINE}, 42),
)


@rule(
    1,
    Force.MUST,
    zh="中央统筹、省负总责、市县乡抓落实；县级负主体责任，乡村两级全过程管理，部门各负其责",
    ours=("规定由一级承担的，其他各级不承担", "what one tier carries the others do not"),
)
def carries(task: Task, tier: Tier, department: Department) -> Verdict:
    """The nation plans, provinces are responsible, counties carry, townships and villages do; departments help. Q1"""
    held = any(row.task is task and tier in row.tiers and department in row.departments for row in RESPONSIBILITIES)
    return NOT_RESPONSIBLE.judge(held, task=task, tier=tier, department=department)
