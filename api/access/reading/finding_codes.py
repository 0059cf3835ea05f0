"""查出 Findings about the rows of a policy: each kind of mistake with its code and its mend. Q1"""

from api.errors import Code, code


def _of_row(name: str, zh: str, en: str, next_zh: str, next_en: str) -> Code:
    return code(name, 500, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


POLICY_WORD = _of_row(
    "POLICY_WORD",
    "“{column}”列没有这个词",
    "the column {column} has no such word",
    "改为 {nearest}",
    "write {nearest}",
)
POLICY_REPEATED_WORD = _of_row(
    "POLICY_REPEATED_WORD",
    "“{column}”列的“{found}”重复，或与 * 并列",
    "{found} stands twice in the column {column}, or beside *",
    "每个词只写一次；* 单独写",
    "write each word once, and * alone",
)
POLICY_STATE_OF_KIND = _of_row(
    "POLICY_STATE_OF_KIND",
    "“{kind}”没有状态“{found}”",
    "the kind {kind} has no state {found}",
    "分行书写，或改用该种类的状态：{nearest}",
    "write rows of their own, or use its states: {nearest}",
)
POLICY_KIND_OF_ACTION = _of_row(
    "POLICY_KIND_OF_ACTION",
    "动作“{action}”不用于“{found}”",
    "the action {action} isn't done to the kind {found}",
    "分行书写，该动作的对象种类为“{nearest}”",
    "write rows of their own; its kind is {nearest}",
)
POLICY_UNBOUNDED = _of_row(
    "POLICY_UNBOUNDED",
    "允许行的“{column}”列不得为 *：今后新增的词会随之放开",
    "an allowing row must not have * in {column}: it would open what is added later",
    "逐个写明",
    "name them",
)
POLICY_LOCKED_ACTION = _of_row(
    "POLICY_LOCKED_ACTION",
    "动作“{found}”已锁定，只有锁定行可以授予",
    "the action {found} is locked: only the locked rows grant it",
    "删去该动作",
    "leave the action out",
)
POLICY_DUPLICATE = _of_row(
    "POLICY_DUPLICATE",
    "与 {first} 重复",
    "the same row stands at {first}",
    "删去其中一行",
    "delete one of them",
)
POLICY_LINK_GROUP = _of_row(
    "POLICY_LINK_GROUP",
    "“{found}”是具体角色，不能作为角色组",
    "{found} is a single role and can't be a group",
    "第三列写角色组",
    "give a group of roles in the third column",
)
POLICY_LINK_CYCLE = _of_row(
    "POLICY_LINK_CYCLE",
    "角色归属成环：{found}",
    "role links form a circle: {found}",
    "删去环上的一行",
    "delete one row of the circle",
)
POLICY_LINK_DEPTH = _of_row(
    "POLICY_LINK_DEPTH",
    "角色归属超过 {most} 层：{found}",
    "role links are more than {most} deep: {found}",
    "直接归属",
    "link directly",
)
POLICY_EMPTY = _of_row(
    "POLICY_EMPTY",
    "没有任何策略行",
    "there is no row at all",
    "恢复随版本发布的文件",
    "put back the file that ships with the release",
)
