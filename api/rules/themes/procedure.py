"""程序 Steps of identification and elimination, their order, publicity, approval and the identification date. Q33–37

Elimination is modelled on identification: no authorization and commitment, no 15 days; its five days of publicity
and the leading group's approval hold by analogy (ours).
"""

from datetime import date

from api.rules.holder import Later
from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import ENTRY_DAYS, IDENTIFICATION_DAYS, PUBLICITY_DAYS, PUBLICITY_ROUNDS
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import DeadlineKind, Effect, Force, ReviewForm, Route
from api.rules.words.vocabulary import Department, Tier

PUBLICITY_TOO_SHORT = sentence(
    "PUBLICITY_TOO_SHORT",
    34,
    Force.MUST,
    zh="村内公示不少于 {days} {dimension}，最早 {first_day} 期满",
    en="publicity lasts at least {days} {dimension}: it may close on {first_day} at the earliest",
)
PUBLICITY_REPEATED = sentence(
    "PUBLICITY_REPEATED",
    33,
    Force.SHOULD,
    zh="公示原则上只在村内开展一次，县乡不再重复",
    en="publicity is held once, in the village, in principle: not again at township or county",
)
REVIEW_FORM_UNNAMED = sentence(
    "REVIEW_FORM_UNNAMED",
    35,
    Force.MUST,
    zh="采用当地确定的其他评议方式的，须写明",
    en="another form of review the place has set is named",
)
NOT_LEADING_GROUP = sentence(
    "APPROVER_NOT_LEADING_GROUP",
    33,
    Force.MUST,
    zh="须经县级党委农村工作领导小组批准或授权批准",
    en="approval is the county leading group's, or of whom it authorizes",
)
IDENTIFIED_LATE = sentence(
    "IDENTIFIED_LATE",
    34,
    Force.SHOULD,
    zh="从发现线索到识别认定一般不超过 {days} {dimension}，最迟应于 {due}（含当日）完成",
    en="identification takes {days} {dimension} from the clue in general: it was due on {due}",
)
ENTERED_ALREADY = sentence(
    "ENTERED_ALREADY",
    36,
    Force.MUST,
    zh="已于 {day} 录入系统，录入日期不得更改",
    en="it was entered in the system on {day}: the day stays as it is",
    ours=True,
)
ENTERED_LATE = sentence(
    "ENTERED_LATE",
    36,
    Force.MUST,
    zh="批准后最迟应于 {due}（含当日）完成系统录入",
    en="entry in the system was due on {due}",
    effect=Effect.ALERT,
)


def _in_force(setting: Setting | None, value: int) -> Setting:
    return setting or Setting(value, PUBLICITY_DAYS.dimension)


@rule(
    (34, 37),
    Force.MUST,
    zh="村内公示不少于 5 天",
    uses=(PUBLICITY_DAYS,),
    ours=("消除公示同样不少于 5 天", "the same for elimination, by analogy"),
)
def publicity_long_enough(opened: date, closed: date, setting: Setting | None = None) -> Verdict:
    """Publicity in the village lasts not less than five days. Q34

    >>> publicity_long_enough(date(2024, 3, 1), date(2024, 3, 5)).earliest
    datetime.date(2024, 3, 6)
    """
    setting = _in_force(setting, PUBLICITY_DAYS.number)
    earliest = due_on(DeadlineKind.PUBLICITY, opened, setting)
    return PUBLICITY_TOO_SHORT.judge(
        closed >= earliest,
        earliest=earliest,
        days=_number(setting),
        dimension=setting.dimension,
        first_day=earliest,
    )


def _number(setting: Setting) -> int:
    return setting.value if isinstance(setting.value, int) else 0


@rule(33, Force.SHOULD, zh="公示原则上只在村内开展一次，县乡两级不再重复公示", uses=(PUBLICITY_ROUNDS,))
def publicity_once_in_village(tier: Tier, earlier_rounds: int) -> Verdict:
    """Publicity is held once and in the village, in principle; township and county do not repeat it. Q33"""
    return PUBLICITY_REPEATED.judge(tier is Tier.VILLAGE and earlier_rounds < PUBLICITY_ROUNDS.number)


@rule(35, Force.MAY, zh="民主评议可通过村民会议、村民代表会议、村“两委”扩大会议等方式开展")
def review_form_named(form: ReviewForm, name: str = "") -> Verdict:
    """Review is held in one of the forms the Guide names, or another the place has set and names. Q35"""
    return REVIEW_FORM_UNNAMED.judge(form is not ReviewForm.OTHER or bool(name.strip()))


@rule(
    (33, 37),
    Force.MUST,
    zh="经县级党委农村工作领导小组批准或授权批准",
    ours=("授权批准即任命，县乡村振兴部门审核", "authorizing is an appointment; rural revitalization reviews"),
)
def approver_authorized(tier: Tier, department: Department, authorized: bool) -> Verdict:
    """Approval is the county leading group's, or of whom it authorizes at the county. Q33"""
    return NOT_LEADING_GROUP.judge(tier is Tier.COUNTY and (department is Department.LEADING_GROUP or authorized))


@rule(
    34,
    Force.SHOULD,
    zh="从农户申报、干部排查、部门预警发现风险线索之日起，到完成识别认定一般不超过 15 天",
    uses=(IDENTIFICATION_DAYS,),
    ours=("绿色通道内不计 15 天", "the 15 days do not run inside the green channel"),
)
def identified_in_time(
    route: Route, clue_on: date, day: date, approved_on: date | None = None, setting: Setting | None = None
) -> Verdict:
    """Identification takes in general not more than fifteen days from the clue, the green channel apart. Q34"""
    setting = _in_force(setting, IDENTIFICATION_DAYS.number)
    due = due_on(DeadlineKind.IDENTIFICATION, clue_on, setting)
    holds = route is Route.GREEN_CHANNEL or not is_overdue(due, day, approved_on)
    return IDENTIFIED_LATE.judge(holds, days=_number(setting), dimension=setting.dimension, due=due)


@rule(34, Force.MAY, zh="信息比对与识别程序同步进行，已开展过的可不重复比对", held_by=Later.COMPARISON)
def comparison_may_be_reused(compared_before: bool) -> bool:
    """Comparison runs beside identification, and a result already had is reused. Q34"""
    return compared_before


@rule(36, Force.MUST, zh="常态化识别以县级批准时间为准，经绿色通道核实认定的以录入绿色通道的时间为准；推算，不得手填")
def identified_on(route: Route, approved_on: date, entered_on: date | None = None) -> date:
    """Identified on the day of county approval, or of green-channel entry: computed, never an input. Q36

    ValueError when a green-channel case has no day of entry.
    """
    if route is Route.ORDINARY:
        return approved_on
    if entered_on is None:
        raise ValueError("a green-channel case has a day of entry")
    return entered_on


@rule(
    (36, 37),
    Force.MUST,
    zh="风险消除时间以县级批准时间为准，公告后标注；推算，不得手填",
    ours=("比照识别时间；公告前不改变状态", "as for identification; the state changes once it is announced"),
)
def eliminated_on(approved_on: date) -> date:
    """Eliminated on the day of county approval, marked once it is announced: computed, never an input. Q37"""
    return approved_on


@rule(36, Force.MUST, zh="系统录入只办理一次", ours=("录入日期不重填", "its day is never written again"))
def entered_once(entered_on: date | None) -> Verdict:
    """A case is entered in the system once. Q36"""
    return ENTERED_ALREADY.judge(entered_on is None, day=entered_on)


@rule(36, Force.MUST, zh="批准后 10 天内完成系统录入，逾期预警", uses=(ENTRY_DAYS,))
def entered_in_time(
    approved_on: date, day: date, entered_on: date | None = None, setting: Setting | None = None
) -> Verdict:
    """An ordinary identification is entered in the system within ten days of approval, else an alert. Q36"""
    due = due_on(DeadlineKind.SYSTEM_ENTRY, approved_on, setting)
    return ENTERED_LATE.judge(not is_overdue(due, day, entered_on), due=due)
