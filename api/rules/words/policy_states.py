"""策略版本词汇 Words of policy versions: the states they go through and the types of their rows. Q1"""

from api.rules.words.vocabulary import Word


class PolicyState(Word):
    """策略版本状态 State of a version of the policy. Q1 (ours)"""

    DRAFT = "拟定中", "Being edited."
    SUBMITTED = "已送审", "Submitted: its rows no longer change."
    APPROVED = "已批准", "Approved by somebody who did not edit it."
    PUBLISHED = "在用", "In force."
    SUPERSEDED = "已替代", "Was in force; another version of its layer took its place."
    REJECTED = "已退回", "Rejected, reason recorded."
    WITHDRAWN = "已撤回", "Taken back by its editors."


class PolicyRowType(Word):
    """策略行类型 The type of a policy row. Q1"""

    P = "权限行", "A permission: who may do what, or may not."
    G = "归属行", "A role link: whoever is the member is also the group."
