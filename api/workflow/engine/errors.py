"""拒绝 Refusals of steps, as problems in the answer: code, question, advice. DESIGN §6"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import asyncpg

from api.errors import Code, Problem, Term, code
from api.rules.themes.four_eyes import SAME_PERSON
from api.rules.verdict import Reason, Verdict
from api.rules.words.judging import ActPair, Effect, Force

STEP_NOT_ALLOWED = code(
    "STEP_NOT_ALLOWED",
    403,
    zh="本岗位不能办理该环节，或没有这一对象",
    en="this post may not take this step, or there is no such object",
    next_zh="请有权限的单位办理，或向本单位的权限管理人员查问原因",
    next_en="ask a unit that may take it, or whoever manages the permissions of your unit",
    question="Q1",
)
STALE = code(
    "STALE",
    409,
    zh="对象已被他人变更：版本现为 {found}",
    en="somebody changed it meanwhile: its version is now {found}",
    next_zh="重新读取后再办理",
    next_en="read it again, then decide again",
)
WRONG_STATE = code(
    "WRONG_STATE",
    409,
    zh="当前状态为“{found}”，该环节须在“{expected}”时办理",
    en="it is in state {found}; this step needs {expected}",
    next_zh="先完成前面的环节",
    next_en="take the steps before it first",
    question="Q33",
)
PERSONAL_DATA = code(
    "PERSONAL_DATA",
    400,
    zh="“{field}”第 {place} 字起含有{found}，不得写入",
    en="{field} holds {found} from character {place} on",
    next_zh="删去号码后重试",
    next_en="remove the number and try again",
    question="Q38",
)
NOT_OF_HOUSEHOLD = code(
    "NOT_OF_HOUSEHOLD",
    400,
    zh="“{field}”所选的不属于该农户",
    en="{field} names nothing of this household",
    next_zh="重新读取该农户后选择",
    next_en="read the household again and choose one of its own",
)
NOT_OF_REQUEST = code(
    "NOT_OF_REQUEST",
    400,
    zh="“{field}”中有 {count} 项不属于该申请或该对象",
    en="{count} entries of {field} do not belong to this request or case",
    next_zh="重新读取后选择",
    next_en="read it again and choose from its own",
    question="Q40",
)
NOT_A_CODE = code(
    "NOT_A_CODE",
    400,
    zh="“{field}”不在代码表“{expected}”中",
    en="{field} is no code of the list {expected}",
    next_zh="从代码表中另选一项",
    next_en="choose another code of the list",
    question="Q12",
)
CASE_OPEN = code(
    "CASE_OPEN",
    409,
    zh="该户已有未结的监测对象，一户同时只有一个",
    en="the household has an open case already: one at a time",
    next_zh="在现有监测对象上办理",
    next_en="go on with the case there is",
    question="Q31",
)
PROCEEDING_OPEN = code(
    "PROCEEDING_OPEN",
    409,
    zh="该户同类程序尚未办结",
    en="a proceeding of this kind is still open for the household",
    next_zh="先办结现有程序",
    next_en="complete or end the open one first",
    question="Q33",
)
NUMBER_EXISTS = code(
    "NUMBER_EXISTS",
    409,
    zh="该单位本年度的数字已登记，或同一参数还有未决定的设定",
    en="the unit has this number for the year already, or a setting of this parameter still to be decided",
    next_zh="重新读取；尚未报备的监测范围可修改，未决定的设定先决定",
    next_en="read it again: a threshold not filed yet can be amended, an open setting decided",
    question="Q10",
)
ITEM_OPEN = code(
    "ITEM_OPEN",
    409,
    zh="该对象同类事项尚未办结",
    en="the same is already asked for this case",
    next_zh="补正、撤回或等待现有事项",
    next_en="amend or retract the item there is, or wait for it",
    question="Q40",
)
REQUEST_MOVED_ON = code(
    "REQUEST_MOVED_ON",
    409,
    zh="该申请或其中的事项已由他人办理",
    en="somebody has taken this step with the request or its items meanwhile",
    next_zh="重新读取该申请",
    next_en="read the request again",
    question="Q40",
)
CLOCK_APART = code(
    "CLOCK_APART",
    503,
    zh="服务器与数据库的时钟相差超过一分钟，本次未生效",
    en="the clocks of the server and of the database are more than a minute apart; nothing was done",
    next_zh="请运维人员校准两台机器的时钟（NTP），然后重试",
    next_en="let the operator set both clocks right (NTP), then try again",
    question="Q40",
)
KEY_REUSED = code(
    "KEY_REUSED",
    409,
    zh="该幂等键已用于另一请求",
    en="this key was used for another request",
    next_zh="每次办理使用新的幂等键",
    next_en="use a new key for each act",
)


@dataclass(frozen=True, slots=True)
class StepProblem:
    """One reason why a step was not taken.

    code             stable code
    question         the question it rests on
    force            how strongly the Guide says it
    zh, en           what is wrong
    field            path of the argument it is about
    earliest         first day on which time alone has mended it
    reason_would_do  a written reason lets the step go on
    items            items of a request it is about
    """

    code: str
    question: str | None
    force: Force
    zh: str
    en: str
    field: str | None = None
    earliest: date | None = None
    reason_would_do: bool = False
    items: tuple[int, ...] = ()


class StepRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A step was not taken; nothing has changed."""

    def __init__(self, problems: Iterable[StepProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.code for problem in self.problems))


@contextmanager
def database_refusals() -> Iterator[None]:
    """Turn a breach of a known constraint into the problem declared for it; other errors pass."""
    try:
        yield
    except (asyncpg.UniqueViolationError, asyncpg.CheckViolationError) as error:
        problem = _BY_CONSTRAINT.get(str(error.constraint_name))
        if problem is None:
            raise
        raise StepRefused([problem()]) from None  # the cause's text may hold a value of the row


def problem_of(which: Code, *, field: Term | None = None, **facts: object) -> StepProblem:
    """A hard problem with a code of ours; `field` is the argument it is about, by its path and its Chinese term."""
    problem = Problem(which, field=field, **facts) if field else Problem(which, **facts)
    place = field.name if field else None
    return StepProblem(which.name, which.question, Force.MUST, problem.text("zh"), problem.text("en"), place)


def problem_of_reason(reason: Reason, *, field: Term | None = None) -> StepProblem:
    """A hard reason as a problem."""
    place = field.name if field else None
    return StepProblem(reason.code, f"Q{reason.question}", Force.MUST, reason.zh, reason.en, place)


def breach_of(verdict: Verdict) -> StepProblem:
    """A breach of a rule as a problem; one whose effect is a reason says that a reason would do."""
    return StepProblem(
        verdict.code,
        f"Q{verdict.question}",
        verdict.force,
        verdict.zh,
        verdict.en,
        verdict.place,
        earliest=verdict.earliest,
        reason_would_do=verdict.effect is Effect.REASON,
    )


def about_items(problem: StepProblem, items: Iterable[int]) -> StepProblem:
    """The problem, saying which items of a request it is about."""
    return replace(problem, items=tuple(items))


_BY_CONSTRAINT: dict[str, Callable[[], StepProblem]] = {
    "case_open_once": lambda: problem_of(CASE_OPEN),
    "proceeding_open_once": lambda: problem_of(PROCEEDING_OPEN),
    "threshold_year": lambda: problem_of(NUMBER_EXISTS),
    "rural_average_year": lambda: problem_of(NUMBER_EXISTS),
    "parameter_setting_open_once": lambda: problem_of(NUMBER_EXISTS),
    "parameter_setting_different_persons": lambda: breach_of(SAME_PERSON.judge(False, pair=ActPair.EDIT_AND_APPROVE)),
    "item_open_once": lambda: problem_of(ITEM_OPEN),
    "act_different_persons": lambda: breach_of(SAME_PERSON.judge(False, pair=ActPair.VERIFY_AND_APPROVE)),
}


def refuse_as(constraint: str, make: Callable[[], StepProblem]) -> None:
    """Let `database_refusals` refuse a breach of the constraint with the problem of the module that knows it."""
    _BY_CONSTRAINT[constraint] = make
