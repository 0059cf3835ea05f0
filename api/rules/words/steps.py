"""环节名称 The name of every step of every workflow: policies, the ledger and mutations use the same word. Q33

What a step does is in its workflow; here is what it is called and on which questions it rests.
"""

from dataclasses import dataclass
from functools import cached_property

from api.rules.words.judging import NationalOperation

OPERATIONS = {
    NationalOperation.WITHDRAWAL: "withdraw",
    NationalOperation.ROLLBACK: "rollback",
    NationalOperation.SAFETY_NET_CHANGE: "safety_net",
}
"""How policies call what only the nation executes; with a step's `verb` it is a locked action. Q29, Q40"""


@dataclass(frozen=True)
class StepId:
    """One step by name; `action` is the policy's and the ledger's word for it.

    A step with a `verb` is permitted for each operation apart, by a locked action of its own: withdraw.decide.
    """

    workflow: str
    name: str
    zh: str
    en: str
    questions: tuple[int, ...]
    verb: str | None = None

    @cached_property
    def action(self) -> str:
        """`workflow.step`, such as identification.approve."""
        return f"{self.workflow}.{self.name}"

    @property
    def permitted_by(self) -> tuple[str, ...]:
        """The actions policies permit it by: its own, or one of each operation."""
        if self.verb is None:
            return (self.action,)
        return tuple(f"{operation}.{self.verb}" for operation in OPERATIONS.values())


STEPS: dict[str, StepId] = {}


def _step(workflow: str, name: str, zh: str, en: str, *questions: int, verb: str | None = None) -> StepId:
    step_id = StepId(workflow, name, zh, en, questions, verb)
    if step_id.action in STEPS:
        raise ValueError(f"step {step_id.action} is named twice")
    STEPS[step_id.action] = step_id
    return step_id


CLUE_REPORT = _step("clue", "report", "登记线索", "Record a risk clue of a household.", 34)
CLUE_CLOSE = _step("clue", "close", "办结线索", "Close a clue in which no risk was found; the reason is recorded.", 34)
IDENTIFICATION_OPEN = _step("identification", "open", "启动识别", "Open identification from a clue.", 34)
IDENTIFICATION_VERIFY_AT_HOME = _step(
    "identification", "verify_at_home", "入户核实", "Verify at home and assess what was found.", 7, 12, 33
)
IDENTIFICATION_TAKE_AUTHORIZATION = _step(
    "identification", "take_authorization", "授权承诺", "Take the household's authorization and commitment.", 33
)
IDENTIFICATION_HOLD_REVIEW = _step("identification", "hold_review", "民主评议", "Hold the democratic review.", 33, 35)
IDENTIFICATION_OPEN_PUBLICITY = _step(
    "identification", "open_publicity", "公示", "Put it on the village notice board.", 33, 34, 38
)
IDENTIFICATION_SUBMIT = _step(
    "identification",
    "submit",
    "公示期满上报",
    "Take it off the board after not less than five days and submit it to the county.",
    33,
    34,
)
IDENTIFICATION_REVIEW_AT_COUNTY = _step(
    "identification", "review_at_county", "县级审核", "Review by county rural revitalization.", 33
)
IDENTIFICATION_APPROVE = _step(
    "identification", "approve", "县级批准", "Approve: the household is identified.", 33, 34, 36
)
IDENTIFICATION_ANNOUNCE = _step("identification", "announce", "公告", "Announce the result.", 33, 38)
IDENTIFICATION_REGISTER = _step(
    "identification",
    "register",
    "系统录入",
    "Enter the identified case in the system, within ten days of approval.",
    36,
)
IDENTIFICATION_END = _step(
    "identification", "end", "终止识别", "End without identifying; the reason is recorded.", 7, 11, 13
)

GREEN_CHANNEL_OPEN = _step("green_channel", "open", "启动绿色通道", "Open the green channel from a clue.", 24)
GREEN_CHANNEL_CONFIRM_BY_VILLAGE = _step(
    "green_channel", "confirm_by_village", "村级确认", "The village confirms sudden, evident and urgent hardship.", 24
)
GREEN_CHANNEL_CONFIRM_BY_TOWNSHIP = _step(
    "green_channel", "confirm_by_township", "乡级确认", "The township confirms sudden, evident, urgent hardship.", 24
)
GREEN_CHANNEL_ENTER = _step(
    "green_channel", "enter", "录入绿色通道", "Enter the household, never dated back: help may start at once.", 24, 36
)
GREEN_CHANNEL_TELL_HOUSEHOLD = _step(
    "green_channel", "tell_household", "告知农户", "Tell the household of process and help.", 24
)
GREEN_CHANNEL_EXIT = _step(
    "green_channel", "exit", "退出绿色通道", "Exit who does not meet the conditions, with a note: measures stop.", 24
)
GREEN_CHANNEL_END = _step(
    "green_channel", "end", "不予录入", "End before entry: it was not sudden, evident and urgent.", 24
)

ASSISTANCE_DRAFT_PLAN = _step(
    "assistance", "draft_plan", "拟定帮扶计划", "Draft a plan; this may start during identification.", 23, 34
)
ASSISTANCE_ADD_MEASURE = _step(
    "assistance",
    "add_measure",
    "登记帮扶措施",
    "Record a measure of a plan, of a case, or of a household without one, which shows as off the books.",
    18,
    17,
    19,
    21,
    22,
)
ASSISTANCE_ANSWER_RISK = _step("assistance", "answer_risk", "关联风险", "Say which risk a measure answers.", 20)
ASSISTANCE_DECLARE_PLAN = _step(
    "assistance", "declare_plan", "申报帮扶计划", "Declare plan and measures, in principle within ten days.", 23, 20, 8
)
ASSISTANCE_START_MEASURE = _step("assistance", "start_measure", "实施措施", "Begin to deliver a measure.", 23)
ASSISTANCE_COMPLETE_MEASURE = _step("assistance", "complete_measure", "完成措施", "A measure was delivered.", 23)
ASSISTANCE_STOP_MEASURE = _step("assistance", "stop_measure", "中止措施", "Stop a measure; why is recorded.", 23)

ELIMINATION_ELIMINATE_RISK = _step(
    "elimination", "eliminate_risk", "登记风险消除", "One risk of the case is eliminated, on its day.", 25
)
ELIMINATION_RECORD_EXCEPTION = _step(
    "elimination",
    "record_exception",
    "记录例外",
    "The county leading group records why less than half a year does.",
    27,
)
ELIMINATION_OPEN = _step("elimination", "open", "启动风险消除", "Open the elimination of a case.", 37, 25)
ELIMINATION_VERIFY_AT_HOME = _step(
    "elimination", "verify_at_home", "入户核实", "Verify at home, with a comprehensive judgement.", 37, 25
)
ELIMINATION_HOLD_REVIEW = _step("elimination", "hold_review", "民主评议", "Hold the democratic review.", 37, 35)
ELIMINATION_OPEN_PUBLICITY = _step(
    "elimination", "open_publicity", "公示", "Put it on the village notice board.", 37, 34, 38
)
ELIMINATION_SUBMIT = _step(
    "elimination", "submit", "公示期满上报", "Take it off the board after not less than five days; submit it.", 37, 34
)
ELIMINATION_REVIEW_AT_COUNTY = _step(
    "elimination", "review_at_county", "县级审核", "Review by county rural revitalization.", 37
)
ELIMINATION_APPROVE = _step(
    "elimination", "approve", "县级批准", "Approve: every condition of elimination holds.", 37, 25, 27, 28
)
ELIMINATION_ANNOUNCE = _step(
    "elimination", "announce", "公告", "Announce: the case's risk is marked as eliminated.", 37, 25, 19, 39
)
ELIMINATION_END = _step("elimination", "end", "终止消除", "End without eliminating; the reason is recorded.", 37)

SAFETY_NET_OPEN = _step("safety_net", "open", "启动兜底标识", "Open the first marking of a safety-net household.", 29)
SAFETY_NET_CONFIRM_BY_VILLAGE = _step(
    "safety_net", "confirm_by_village", "村级认定", "The village finds it a safety-net household.", 29
)
SAFETY_NET_CONFIRM_BY_TOWNSHIP = _step(
    "safety_net", "confirm_by_township", "乡级认定", "The township finds it a safety-net household.", 29
)
SAFETY_NET_END = _step("safety_net", "end", "终止兜底标识", "End without marking; the reason is recorded.", 29)

SURVEY_REVISE = _step(
    "survey", "revise", "更新信息采集表", "Record the next revision of the year's survey.", 12, 25, 39
)

TRANSFER_PROPOSE = _step(
    "transfer", "propose", "提出移交", "The responsible side proposes to transfer a household to another village.", 16
)
TRANSFER_ACCEPT = _step("transfer", "accept", "接收移交", "The receiving side accepts: it is responsible now.", 16)
TRANSFER_REFUSE = _step("transfer", "refuse", "不予接收", "The receiving side refuses; why is recorded.", 16)
TRANSFER_WITHDRAW = _step("transfer", "withdraw", "撤回移交", "The responsible side takes its proposal back.", 16)
COOPERATION_NOTE = _step(
    "cooperation", "note", "配合备注", "The cooperating place adds a note to a household it does not lead.", 16
)

THRESHOLD_SET = _step("threshold", "set", "确定监测范围", "The province sets a year's threshold.", 10)
THRESHOLD_AMEND = _step("threshold", "amend", "修改监测范围", "Change a threshold that is not filed yet.", 10)
THRESHOLD_FILE = _step(
    "threshold", "file", "报备监测范围", "File the year's threshold with the nation by 31 March.", 10
)
THRESHOLD_ACKNOWLEDGE = _step("threshold", "acknowledge", "受理备案", "The nation acknowledges the filing.", 10)
PARAMETER_PROPOSE = _step(
    "parameter", "propose", "提出参数设定", "Propose a value of its own for one of the Guide's numbers.", 1
)
PARAMETER_APPROVE = _step(
    "parameter", "approve", "批准参数设定", "Put it in force from this day on: open time limits are worked out anew.", 1
)
PARAMETER_REFUSE = _step("parameter", "refuse", "不予批准参数", "Leave the number as it is; why is recorded.", 1)
RURAL_AVERAGE_SET = _step(
    "rural_average", "set", "登记农村人均收入", "Record a county's rural average of a year: what high income means.", 13
)

NUMBERS = frozenset({"threshold", "parameter", "rural_average"})
"""Workflows about numbers that a unit sets; the others are about households."""
REQUEST_PROPOSE = _step(
    "request",
    "propose",
    "提出事项",
    "The county proposes a withdrawal, a rollback or a change of a safety-net mark for a case.",
    40,
    29,
    verb="propose",
)
REQUEST_AMEND = _step(
    "request", "amend", "补正事项", "Propose again what was sent back, with better grounds.", 40, verb="propose"
)
REQUEST_ATTACH = _step("request", "attach", "附佐证材料", "Attach a document that supports an item.", 40)
REQUEST_RETRACT = _step(
    "request", "retract", "撤回事项", "The county takes back what no province has taken up; why is recorded.", 40
)
REQUEST_OPEN = _step("request", "open", "拟定申请", "The province opens a request with a first item.", 40)
REQUEST_TAKE_UP = _step("request", "take_up", "汇总事项", "Take up items of several counties in one request.", 40)
REQUEST_REFRESH = _step(
    "request",
    "refresh",
    "重新核对",
    "Work out anew what items would change; what has changed is reviewed again.",
    40,
)
REQUEST_REVIEW = _step(
    "request",
    "review",
    "逐项审核",
    "The province upholds each item, or sends it back to its county with the reason.",
    40,
    29,
    verb="review",
)
REQUEST_SUBMIT = _step(
    "request", "submit", "书面申请", "Apply to the nation in writing: number, date and necessity.", 40, 29
)
REQUEST_SUPERSEDE = _step(
    "request", "supersede", "另行申请", "Put another request in place of an undecided one; why is recorded.", 40
)
REQUEST_SEND_BACK = _step(
    "request",
    "send_back",
    "退回申请",
    "The nation sends an undecided request back, with the reason.",
    40,
)
REQUEST_DECIDE = _step(
    "request",
    "decide",
    "逐项决定",
    "The nation consents to each item or not, over exactly the record that was read.",
    40,
    29,
    verb="decide",
)
REQUEST_FILE = _step("request", "file", "备案", "File the decided request under a number.", 40, 29)
REQUEST_EXECUTE = _step(
    "request",
    "execute",
    "统一操作",
    "Another national official executes all that was consented to, or nothing.",
    40,
    29,
    verb="execute",
)
