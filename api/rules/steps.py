"""环节名称 The name of every step of every workflow: policies, the ledger and mutations use the same word. Q33

What a step does is in its workflow; here is what it is called and on which questions it rests.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepName:
    """One step by name; `action` is the policy's and the ledger's word for it."""

    workflow: str
    name: str
    zh: str
    en: str
    questions: tuple[int, ...]

    @property
    def action(self) -> str:
        """`workflow.step`, such as identification.approve."""
        return f"{self.workflow}.{self.name}"


STEPS: dict[str, StepName] = {}


def _step(workflow: str, name: str, zh: str, en: str, *questions: int) -> StepName:
    said = StepName(workflow, name, zh, en, questions)
    if said.action in STEPS:
        raise ValueError(f"step {said.action} is named twice")
    STEPS[said.action] = said
    return said


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
