"""拒绝登录 Errors of sign-in: one code per reason, and the WWW-Authenticate line that goes with it.

    401  who you are is not proven   TOKEN_MISSING TOKEN_MALFORMED TOKEN_EXPIRED TOKEN_NOT_YET_VALID TOKEN_FOREIGN
                                     TOKEN_RECALLED ACCOUNT_UNKNOWN SIGN_IN_FAILED PASSWORD_CODE_WRONG
    400  what you chose won't do     PASSWORD_UNFIT
    403  you are known, but not now  ACCOUNT_DISABLED POST_UNKNOWN POST_NOT_BEGUN POST_ENDED POST_REQUIRED
    429  too many tries              SIGN_IN_THROTTLED
    503  the issuer can't be asked   ISSUER_UNAVAILABLE

No text repeats a token, a claim, a password or a name.
"""

from api.errors import Code, Problem, code

_SIGN_IN = {"next_zh": "重新登录取得令牌", "next_en": "sign in again for a new token"}
_ASK = {"next_zh": "联系本单位的账号管理人员", "next_en": "ask whoever manages the accounts of your unit"}

TOKEN_MISSING = code(
    "TOKEN_MISSING",
    401,
    zh="缺少访问令牌",
    en="no access token",
    next_zh="在 Authorization 请求头中写 Bearer 和令牌",
    next_en="send the header Authorization: Bearer TOKEN",
)
TOKEN_MALFORMED = code(
    "TOKEN_MALFORMED",
    401,
    zh="访问令牌无法读取",
    en="the access token can't be read: {part} is wrong",
    **_SIGN_IN,
)
TOKEN_EXPIRED = code("TOKEN_EXPIRED", 401, zh="访问令牌已过期", en="the access token has expired", **_SIGN_IN)
TOKEN_NOT_YET_VALID = code(
    "TOKEN_NOT_YET_VALID",
    401,
    zh="访问令牌尚未生效",
    en="the access token is not valid yet",
    next_zh="核对签发方与本机的时间",
    next_en="compare the clocks of the issuer and of this server",
)
TOKEN_FOREIGN = code(
    "TOKEN_FOREIGN",
    401,
    zh="访问令牌不是发给本系统的",
    en="the access token was not made for this service: {part}",
    next_zh="向本系统认可的签发方取得令牌",
    next_en="get a token from the issuer this service trusts",
)
TOKEN_RECALLED = code(
    "TOKEN_RECALLED",
    401,
    zh="访问令牌已作废：此后账号曾停用，或更换了口令",
    en="the access token is void: since then the account was disabled or its password changed",
    **_SIGN_IN,
)
ACCOUNT_UNKNOWN = code("ACCOUNT_UNKNOWN", 401, zh="令牌所指账号不存在", en="no account belongs to this token", **_ASK)
SIGN_IN_FAILED = code(
    "SIGN_IN_FAILED",
    401,
    zh="账号或口令不正确",
    en="wrong account or password",
    next_zh="核对账号和口令后重试",
    next_en="check the account and the password and try again",
)
PASSWORD_CODE_WRONG = code(
    "PASSWORD_CODE_WRONG",
    401,
    zh="账号或凭码不正确，或凭码已失效",
    en="wrong account or codes, or the codes have expired",
    next_zh="向上级单位两人各取一个新凭码",
    next_en="get a new code from each of two people of the unit above",
)
PASSWORD_UNFIT = code(
    "PASSWORD_UNFIT",
    400,
    zh="口令应为 {least} 至 {most} 个字符，且不含账号名",
    en="a password has {least} to {most} characters and does not hold the account's name",
    next_zh="另选一个口令",
    next_en="choose another",
)
ACCOUNT_DISABLED = code("ACCOUNT_DISABLED", 403, zh="账号已停用", en="the account is disabled", **_ASK)
POST_UNKNOWN = code(
    "POST_UNKNOWN",
    403,
    zh="该账号没有这一岗位",
    en="the account holds no such post",
    **_ASK,
)
POST_NOT_BEGUN = code("POST_NOT_BEGUN", 403, zh="岗位尚未开始", en="the post has not begun", **_ASK)
POST_ENDED = code("POST_ENDED", 403, zh="岗位已结束", en="the post has ended", **_ASK)
POST_REQUIRED = code(
    "POST_REQUIRED",
    403,
    zh="该账号现有 {count} 个岗位，令牌须指明其一",
    en="the account holds {count} posts now; a token acts in exactly one",
    next_zh="登录时指明其中一个岗位，可选：{posts}",
    next_en="name one of them when you sign in: {posts}",
)
SIGN_IN_THROTTLED = code(
    "SIGN_IN_THROTTLED",
    429,
    zh="登录失败次数过多",
    en="too many failed sign-ins",
    next_zh="{retry_after} 秒后重试",
    next_en="try again in {retry_after} seconds",
)
ISSUER_UNAVAILABLE = code(
    "ISSUER_UNAVAILABLE",
    503,
    zh="无法取得签发方的公钥",
    en="the issuer's public keys can't be fetched",
    next_zh="稍后重试；持续出现时请告知运维人员",
    next_en="try again later; tell the operator if it lasts",
)

_INVALID_TOKEN: frozenset[Code] = frozenset(
    {TOKEN_MALFORMED, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_FOREIGN, TOKEN_RECALLED, ACCOUNT_UNKNOWN}
)


def challenge(problem: Problem) -> str | None:
    """The value of WWW-Authenticate for a 401 (RFC 6750), None for every other status.

    >>> challenge(Problem(TOKEN_EXPIRED))
    'Bearer realm="shouwang", error="invalid_token", error_description="TOKEN_EXPIRED"'
    """
    if problem.code.status != 401:
        return None
    realm = 'Bearer realm="shouwang"'
    if problem.code not in _INVALID_TOKEN:
        return realm
    return f'{realm}, error="invalid_token", error_description="{problem.code.name}"'
