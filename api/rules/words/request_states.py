"""申请状态 The states of national requests and of their items; closed vocabularies like those of `vocabulary`. Q29, Q40

Kept apart because their order is ours: county proposals and item-wise decisions are no words of the Guide.
"""

from api.rules.words.vocabulary import Word


class ItemState(Word):
    """申请事项状态 State of one case's item, from the county's proposal to its execution. Q29, Q40 (ours)"""

    PROPOSED = "县级已提出", "Proposed by the county; it may still be retracted."
    RETRACTED = "县级已撤回", "Retracted by the county before it was reviewed, reason recorded."
    SENT_BACK = "已退回", "Sent back to the county, reason recorded."
    REVIEWED = "省级已审核", "Reviewed by the province and taken up in a request."
    SUBMITTED = "已报国家", "Submitted to the nation with its request."
    APPROVED = "国家已同意", "Approved by a national reviewer, exactly as it stood then."
    REJECTED = "国家不同意", "Rejected by a national reviewer, reason recorded."
    EXECUTED = "已执行", "Executed by a national official."
    STALE = "情况已变", "The case has changed since it was reviewed: nothing was executed; the province looks again."
    SUPERSEDED = "已被取代", "Another item or request took its place, reason recorded."


class RequestState(Word):
    """报国家同意备案申请状态 State of a province's written application. Q29, Q40 (ours)"""

    DRAFT = "拟定中", "Being put together by the province."
    SUBMITTED = "已报国家", "Submitted to the nation."
    DECIDED = "国家已决定", "Every item decided by a national reviewer."
    FILED = "国家已备案", "Consented to and filed; to be executed."
    EXECUTED = "已执行", "Executed: every approved item, in one transaction."
    SENT_BACK = "已退回", "Sent back to the province, reason recorded."
    SUPERSEDED = "已被取代", "Another request took its place, reason recorded."
