"""户内错误 Contradictions between rows of a household, or between rows and stored data. Q12, Q15"""

from api.intake.errors import CONFIRM, cell_code

HOUSEHOLD_ABSENT = cell_code(
    "INTAKE_HOUSEHOLD_ABSENT",
    "工作表“户”中没有这一户",
    "the sheet 户 has no such household",
)
HOUSEHOLD_TWICE = cell_code("INTAKE_HOUSEHOLD_TWICE", "与第 {row} 行是同一户", "the same household as row {row}")
HEAD_STORED = cell_code(
    "INTAKE_HEAD_STORED",
    "系统中该户已有户主，且未出现在文件中：户主变更的，请同时填写原户主的新关系或减少日期",
    "the household has a head on record who is not in the file: if the head changed, give the former one a new relation"
    " or the day he left",
)
SPOUSE_STORED = cell_code(
    "INTAKE_SPOUSE_STORED",
    "系统中该户已有户主配偶，且未出现在文件中：有变更的，请同时填写原配偶的新关系或减少日期",
    "the head has a spouse on record who is not in the file: if that changed, give the former one a new relation or the"
    " day of leaving",
)
PERSON_TWICE = cell_code("INTAKE_PERSON_TWICE", "与第 {row} 行是同一人", "the same person as row {row}")
SURVEY_TWICE = cell_code(
    "INTAKE_SURVEY_TWICE", "与第 {row} 行是同一户同一年度", "household and year of row {row} again"
)
HEAD_NONE = cell_code("INTAKE_HEAD_NONE", "家庭成员中没有户主", "none of its members is the head of household")
HEAD_TWICE = cell_code("INTAKE_HEAD_TWICE", "户主已在第 {row} 行", "row {row} is the head of this household already")
SPOUSE_TWICE = cell_code("INTAKE_SPOUSE_TWICE", "配偶已在第 {row} 行", "row {row} is the head's spouse already")
SPOUSE_SEX = cell_code("INTAKE_SPOUSE_SEX", "与户主性别相同，请核对", "of the same sex as the head: check", CONFIRM)
CHILD_OLDER = cell_code(
    "INTAKE_CHILD_OLDER", "子女早于户主出生，请核对", "a child born before the head: check", CONFIRM
)
HEAD_NAME = cell_code(
    "INTAKE_HEAD_NAME_DISAGREES",
    "户主姓名与家庭成员中的户主（第 {row} 行）不一致",
    "the head's name does not agree with the member who is head, row {row}",
)
HEAD_ID_DISAGREES = cell_code(
    "INTAKE_HEAD_ID_DISAGREES",
    "户主证件号码与家庭成员中的户主（第 {row} 行）不一致",
    "the head's ID number does not agree with the member who is head, row {row}",
)
PEOPLE_DISAGREE = cell_code(
    "INTAKE_PEOPLE_DISAGREE",
    "家庭人口数与导入后该户的 {members} 名成员不一致",
    "the number of members does not agree with the {members} that the household will have",
)
MEMBERS_ABSENT = cell_code(
    "INTAKE_MEMBERS_ABSENT",
    "系统中该户另有 {count} 名成员未出现在文件中，予以保留；如已减少请填写减少日期和原因",
    "{count} stored members of the household are not in the file and stay; if they left, give day and reason",
    CONFIRM,
)
PERSON_ELSEWHERE = cell_code(
    "INTAKE_PERSON_ELSEWHERE",
    "该人员已登记在本辖区另一户（责任单位 {unit}）",
    "the person is registered in another household of your area (unit {unit})",
    question="Q15",
)
ALREADY_REGISTERED = cell_code(
    "PERSON_ALREADY_REGISTERED",
    "该人员已登记",
    "the person is registered already",
    ("经上级单位协调处理", "let the unit above settle it"),
    "Q38",
)
NUMBER_TAKEN = cell_code("INTAKE_HOUSEHOLD_NUMBER_TAKEN", "该户编号已被使用", "the household number is taken")
TRANSFER_OPEN = cell_code(
    "INTAKE_TRANSFER_OPEN",
    "该户的管辖移交尚未办结，“{label}”暂不能更改",
    "a transfer of the household is open: {label} can't be changed now",
    ("待移交办结后再导入，或改回系统中的值", "import it when the transfer is decided, or put what is stored"),
    "Q16",
)
NEEDS_TRANSFER = cell_code(
    "INTAKE_NEEDS_TRANSFER",
    "该户现由 {unit} 负责，变更责任单位须办理管辖移交",
    "unit {unit} is responsible for it: another one takes a transfer",
    ("办理管辖移交，或改回原责任单位", "open a transfer, or put the present unit"),
    "Q16",
)
