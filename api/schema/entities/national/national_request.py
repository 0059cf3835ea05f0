"""报国家同意备案申请 National request: a province applies in writing, the nation decides and executes. Q29, Q40"""

from piccolo.columns import BigInt

from api.rules.words.request_states import RequestState
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Connection, Entity, Many, Placed, Steps, day, hidden, itself, text, whole, word
from api.schema.filters import Among, Order, Region, Since, Through, Until


class NationalRequest(Entity, Placed, tablename="national_request", kind=Kind.REQUEST):
    """报国家同意备案申请 One written application of a province. Placed at the province alone: no county sees it. Q40"""

    number = text("文号", "Number of the province's written application.", Group.BASIC, 29, 40)
    dated = day("申请日期", "Date of the written application.", Group.STRUCTURE, 29, 40)
    grounds = text("确需开展的理由", "Why it is necessary.", Group.BASIC, 29, 40)
    state = word(RequestState, "状态", "State.", Group.STRUCTURE, 40, required=True)
    reason = text("退回或取代理由", "Why it was sent back or superseded.", Group.BASIC, 40)
    supersedes = itself("取代的申请", "The request whose place it takes.", 40)
    size = whole("事项数", "Number of its items.", Group.STRUCTURE, 40, required=True)
    composed_on = day("拟定日期", "Day it was put together.", Group.STRUCTURE, 40, required=True)
    submitted_on = day("上报日期", "Day it was submitted to the nation.", Group.STRUCTURE, 40)
    decided_on = day("决定日期", "Day its last item was decided.", Group.STRUCTURE, 40)
    filing_number = text("备案号", "Number it was filed under.", Group.BASIC, 29, 40)
    filed_on = day("备案日期", "Day it was filed.", Group.STRUCTURE, 29, 40)
    executed_on = day("执行日期", "Day it was executed.", Group.STRUCTURE, 40)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    submitter_account = hidden(BigInt(default=None, null=True), "上报账号", "Account that submitted it.")
    submitter_person = hidden(BigInt(default=None, null=True), "上报人员", "Person that submitted it.")
    submitter_post = hidden(BigInt(default=None, null=True), "上报岗位", "Post it was submitted in.")

    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (40,))
    items = Connection("RequestItem.request", "申请事项", "Its items, one a case.", (40,))
    decisions = Connection("NationalDecision.request", "国家决定", "What the nation decided on its items.", (40,))
    superseded_by = Many("NationalRequest.supersedes", "取代它的申请", "Requests that take its place.", (40,), expect=1)

    filters = (
        Region("region", "区域", "Applying province: this unit or any below it, by code."),
        Among("state", "state"),
        Through("operation", "RequestItem.request", "", "operation"),
        Since("submittedSince", "submitted_on"),
        Until("submittedUntil", "submitted_on"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("SUBMITTED_ON", "上报日期", "By age; not submitted last.", "submitted_on", "'infinity'::date"),
        Order("SIZE", "事项数", "By size.", "size"),
    )
