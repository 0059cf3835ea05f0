"""任免的拒绝 Refusals of appointments, disabled accounts and password codes, as problems. RULES §2"""

import re
from collections.abc import Mapping

from api.errors import Term, code
from api.rules.privacy.personal_data import find_personal_data
from api.rules.themes.four_eyes import SAME_PERSON
from api.rules.words.judging import ActPair
from api.workflow.engine.errors import PERSONAL_DATA, StepProblem, breach_of, problem_of, refuse_as

NOT_ALLOWED = code(
    "APPOINTMENT_NOT_ALLOWED",
    403,
    zh="本岗位不能办理该任免，或没有这一对象",
    en="this post may not make this appointment, or there is no such unit, post or account",
    next_zh="任免只能由上级单位经办岗人员提出、另一人批准",
    next_en="a handler of a unit above proposes, another person there approves",
    question="Q1",
)
PROPOSAL_INCOMPLETE = code(
    "APPOINTMENT_INCOMPLETE",
    400,
    zh="缺少{field}",
    en="{field}: expected {expected}",
    next_zh="补充后重新提出",
    next_en="name it and propose again",
)
UNIT_CLOSED = code(
    "UNIT_CLOSED",
    409,
    zh="该责任单位已撤销",
    en="the unit was closed meanwhile",
    next_zh="撤回后在承继单位另行提出",
    next_en="reject this one, and let it be proposed for the unit that took over",
)
POST_HELD = code(
    "POST_HELD",
    409,
    zh="该账号已担任此岗位",
    en="the account holds this very post already",
    next_zh="先免去原岗位，或改任其他岗位",
    next_en="end that post first, or give another",
)
ACCOUNT_NAME_FORM = code(
    "ACCOUNT_NAME_FORM",
    400,
    zh="{field}应为 3 至 64 位字母、数字或 . _ @ -",
    en="{field} has 3 to 64 letters, digits or . _ @ -",
    next_zh="改用符合要求的账号名",
    next_en="choose such a name",
)
ACCOUNT_NAME_TAKEN = code(
    "ACCOUNT_NAME_TAKEN",
    409,
    zh="账号名或外部标识已被使用",
    en="the account name, or the subject at the OIDC issuer, is taken",
    next_zh="改用其他账号名；同一人增加岗位时指明其账号",
    next_en="choose another; to give the same person a further post name the account",
)
APPOINTMENT_OPEN = code(
    "APPOINTMENT_OPEN",
    409,
    zh="同一任免已提出，尚未答复",
    en="the same appointment is proposed already and waits for an answer",
    next_zh="先答复或撤回原提议",
    next_en="answer or withdraw the open one first",
)
TEXT_NEEDED = code(
    "TEXT_NEEDED",
    400,
    zh="“{field}”不能为空，且不超过 {most} 字",
    en="{field} is needed, {most} characters at most",
    next_zh="填写后重试",
    next_en="write it and try again",
)

PROPOSAL_FIELDS = {
    name: Term(name, zh, name)
    for name, zh in {
        "unit": "责任单位",
        "department": "部门",
        "duty": "职责",
        "post": "岗位",
        "account": "账号或新人员",
        "accountName": "账号名",
        "oidcSubject": "统一身份认证标识",
        "personName": "姓名",
        "idNumber": "身份证号码",
        "reason": "理由",
        "document": "授权文件",
        "answer": "答复",
    }.items()
}
"""The fields of a proposal, an answer and what is asked of an account, by their paths."""

refuse_as("appointment_guard", lambda: problem_of(NOT_ALLOWED))
refuse_as("appointment_open_once", lambda: problem_of(APPOINTMENT_OPEN))
refuse_as("account_name_key", lambda: problem_of(ACCOUNT_NAME_TAKEN, field=PROPOSAL_FIELDS["accountName"]))
refuse_as("account_oidc", lambda: problem_of(ACCOUNT_NAME_TAKEN, field=PROPOSAL_FIELDS["accountName"]))
refuse_as(
    "appointment_different_persons", lambda: breach_of(SAME_PERSON.judge(False, pair=ActPair.PROPOSE_AND_APPROVE))
)

LONGEST_TEXT = 200
_ACCOUNT_NAME = re.compile(r"[A-Za-z0-9._@-]{3,64}\Z")


def account_name_good(name: str) -> bool:
    """Whether an account may be called so (ours).

    >>> account_name_good("li.ming@500110"), account_name_good("李 明")
    (True, False)
    """
    return bool(_ACCOUNT_NAME.match(name))


def texts_clean(texts: Mapping[str, str | None]) -> list[StepProblem]:
    """Texts that are given are neither empty nor too long nor hold a number of a person."""
    problems = []
    for name, text in texts.items():
        if text is None:
            continue
        if not 0 < len(text.strip()) <= LONGEST_TEXT or not text.isprintable():
            problems.append(problem_of(TEXT_NEEDED, field=PROPOSAL_FIELDS[name], most=LONGEST_TEXT))
        problems += [
            problem_of(PERSONAL_DATA, field=PROPOSAL_FIELDS[name], place=finding.start + 1, found=finding.kind)
            for finding in find_personal_data(text)
        ]
    return problems
