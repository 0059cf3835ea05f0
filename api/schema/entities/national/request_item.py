"""申请事项 Request item: what is asked of the nation for one case, from the county's proposal on. Q29, Q40"""

from piccolo.columns import BigInt

from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Many, Placed, Steps, day, flag, hidden, text, to_one, whole, word
from api.schema.entities.case.act import Act
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.household.household import Household
from api.schema.entities.national.national_request import NationalRequest
from api.schema.filters import Among, Order, Region, Since, Until


def _who(zh: str, en: str) -> BigInt:
    return hidden(BigInt(default=None, null=True), zh, en)


class RequestItem(Entity, Placed, tablename="request_item", kind=Kind.REQUEST, anchor="household"):
    """申请事项 One operation on one case; a request gathers several of them. Q29, Q40"""

    household = to_one(Household, "农户", "The household.", 40, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case it is about.", 40, required=True)
    request = to_one(NationalRequest, "报国家同意备案申请", "The request it was taken up in, once reviewed.", 40)
    operation = word(NationalOperation, "操作", "What is asked for.", Group.STRUCTURE, 29, 40, required=True)
    target_act = to_one(Act, "回退时点", "Rollback: the act after which the case stood as it shall again.", 40)
    target_mark = flag("变更后的兜底标识", "Safety-net change: the mark it shall have.", Group.BASIC, 29)
    grounds = text("事由", "Why it is asked for.", Group.BASIC, 40, required=True)
    state = word(ItemState, "状态", "State.", Group.STRUCTURE, 40, required=True)
    digest = text("摘要", "SHA-256 of the record as last looked at; another one means it has changed.", Group.STRUCTURE)
    return_reason = text("退回理由", "Why it was sent back, retracted or superseded.", Group.BASIC, 40)
    decision_reason = text("决定理由", "Why the nation decided so.", Group.BASIC, 40)
    proposed_on = day("提出日期", "Day it was proposed.", Group.STRUCTURE, 40, required=True)
    reviewed_on = day("省级审核日期", "Day the province reviewed it.", Group.STRUCTURE, 40)
    decided_on = day("决定日期", "Day the nation decided.", Group.STRUCTURE, 40)
    executed_on = day("执行日期", "Day it was executed.", Group.STRUCTURE, 40)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    proposer_account = _who("提出账号", "Account that proposed it.")
    proposer_person = _who("提出人员", "Person that proposed it.")
    proposer_post = _who("提出岗位", "Post it was proposed in.")
    reviewer_account = _who("审核账号", "Account that reviewed it at the province.")
    reviewer_person = _who("审核人员", "Person that reviewed it at the province.")
    reviewer_post = _who("审核岗位", "Post it was reviewed in.")
    decider_person = _who("决定人员", "Person that decided on it; the decision itself is a row of its own.")
    executor_person = _who("执行人员", "Person that executed it; the execution itself is a row of its own.")

    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (40,))
    effects = Many("RequestEffect.item", "变更对照", "What would change, before and after.", (40,), expect=8)
    evidence = Many("Evidence.item", "佐证材料", "Documents that support it.", (40,), expect=2)
    decisions = Many("NationalDecision.item", "国家决定", "What the nation decided on it.", (40,), expect=1)

    filters = (
        Region("region", "区域", "Responsible unit: this unit or any below it, by code."),
        Among("state", "state"),
        Among("operation", "operation"),
        Since("proposedSince", "proposed_on"),
        Until("proposedUntil", "proposed_on"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("PROPOSED_ON", "提出日期", "By the day it was proposed.", "proposed_on"),
    )
