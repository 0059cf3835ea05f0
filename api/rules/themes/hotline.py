"""12317 平台 Tickets of the hotline: kinds, order of handling, and the clue a call opens. Q42"""

from datetime import date

from api.rules.holder import Later
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force, TicketKind, TicketState

TICKET_OUT_OF_ORDER = sentence(
    "TICKET_OUT_OF_ORDER",
    42,
    Force.MUST,
    zh="工单由{present}不能转为{new}",
    en="a ticket that is {present} cannot become {new}",
)

NEXT: dict[TicketState, tuple[TicketState, ...]] = {
    TicketState.ACCEPTED: (TicketState.ASSIGNED,),
    TicketState.ASSIGNED: (TicketState.URGED, TicketState.HANDLED),
    TicketState.URGED: (TicketState.URGED, TicketState.HANDLED),
    TicketState.HANDLED: (TicketState.EVALUATED,),
    TicketState.EVALUATED: (),
}


@rule(
    42,
    Force.MUST,
    zh="12317 平台线上受理、交办、督办、评价全流程管理",
    ours=("督办可无可多次，办结后方可评价", "urging happens any number of times; evaluation after handling"),
    held_by=Later.HOTLINE,
)
def ticket_may_become(present: TicketState, new: TicketState) -> Verdict:
    """A ticket is accepted, assigned, urged where needed, handled, evaluated. Q42"""
    return TICKET_OUT_OF_ORDER.judge(new in NEXT[present], present=present, new=new)


@rule(
    42,
    Force.MUST,
    zh="农户可咨询政策、申报监测对象、举报问题线索；第一时间核查核实",
    ours=(
        "本户申报以来电日为线索日，他人举报核实后以发现风险日为线索日",
        "a household's own call dates its clue; a report's clue is dated the day risk was found",
    ),
    held_by=Later.HOTLINE,
)
def clue_opened_on(kind: TicketKind, called_on: date, risk_found_on: date | None = None) -> date | None:
    """The day of the clue a ticket opens: the call's for a self-declaration, a verified report's finding day. Q42

    None: no clue, for a consultation and for a report in which no risk was found.
    """
    if kind is TicketKind.SELF_DECLARATION:
        return called_on
    return risk_found_on if kind is TicketKind.REPORT else None
