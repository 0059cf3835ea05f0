"""拒绝 Errors of a read that are raised before the database is asked."""

from api.errors import code

BAD_CURSOR = code(
    "BAD_CURSOR",
    400,
    zh="游标无效或不属于这一排序",
    en="the cursor is not one of this order",
    next_zh="使用同一查询、同一排序返回的游标",
    next_en="use a cursor that the same query returned in the same order",
)
BAD_ID = code(
    "BAD_ID",
    400,
    zh="标识无效：应为本系统给出的全局标识",
    en="not a global identifier of this system",
    next_zh="使用查询返回的标识",
    next_en="use an id that a query returned",
)
BAD_PAGE = code(
    "BAD_PAGE",
    400,
    zh="分页参数不合要求：每页条数超出范围，或同时要前若干条和后若干条",
    en="paging: expected {expected}",
    next_zh="改正每页条数",
    next_en="correct first or last",
)
BAD_TEXT = code(
    "BAD_TEXT",
    400,
    zh="文字含有不能存储的字符",
    en="the text holds a character that cannot be stored",
    next_zh="去掉空字符和不成对的代理字符",
    next_en="remove NUL characters and lone surrogates",
)
FIELD_HIDDEN = code(
    "FIELD_HIDDEN",
    403,
    zh="无权按“{field}”筛选或排序",
    en="filtering or ordering by {field} needs the right to see it",
    next_zh="去掉该条件，或用有权查看的岗位登录",
    next_en="remove the condition, or sign in with a post that may see it",
    question="Q38",
)
LIST_TOO_LONG = code(
    "LIST_TOO_LONG",
    400,
    zh="一个列表有 {found} 项，最多 {limit} 项",
    en="the list {path} holds {found} entries, the limit is {limit}",
    next_zh="去掉重复项，或分几次提交",
    next_en="leave out what is repeated, or send it in several requests",
)
TOO_DEAR = code(
    "TOO_DEAR",
    400,
    zh="查询成本 {cost} 超过上限 {limit}",
    en="the query costs {cost}, the limit is {limit}",
    next_zh="减少每页条数，或少嵌套几层",
    next_en="ask for smaller pages or fewer nested lists",
)
TOO_MANY_IDS = code(
    "TOO_MANY_IDS",
    400,
    zh="一次最多查 {limit} 个标识，实为 {found} 个",
    en="at most {limit} identifiers at once, found {found}",
    next_zh="分几次查询",
    next_en="ask in several queries",
)
TOO_DEEP = code(
    "TOO_DEEP",
    400,
    zh="查询的{what}为 {found}，上限 {limit}",
    en="{what} of the query: {found}, the limit is {limit}",
    next_zh="拆成几个较小的查询",
    next_en="split it into smaller queries",
)
ASK_FOR_ONE = code(
    "ASK_FOR_ONE",
    400,
    zh="标识与编号应只给出其中之一，实际给出 {found} 个",
    en="give exactly one of {expected}, found {found}",
    next_zh="只保留一个参数",
    next_en="keep one of the arguments",
)
