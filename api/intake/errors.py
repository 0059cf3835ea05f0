"""导入错误 Errors of a collection-form file, all declared here. Q12

Those of a file stop it at once. Those of a cell are told all together, each with its cell; a warning stops nothing.
No text ever repeats what a cell holds: it may be somebody's number, typed into the wrong column. Q38
"""

from api.errors import Code, code

MEND = ("改正该单元格后重新导入整个文件", "correct the cell and import the whole file again")
CONFIRM = ("核对后如无误可不处理", "check it; nothing need be done when it is right")


def _file(name: str, zh: str, en: str, next_zh: str, next_en: str, status: int = 400) -> Code:
    return code(name, status, zh=zh, en=en, next_zh=next_zh, next_en=next_en, question="Q12")


def cell_code(name: str, zh: str, en: str, then: tuple[str, str] = MEND, question: str = "Q12") -> Code:
    """Declare what can be wrong with a cell, `then` what to do next in Chinese and English."""
    return code(name, 422, zh=zh, en=en, next_zh=then[0], next_en=then[1], question=question)


# --- the file
NOT_A_WORKBOOK = _file(
    "INTAKE_NOT_A_WORKBOOK",
    "文件不是可读取的 xlsx 工作簿：{cause}",
    "the file is no readable xlsx workbook: {cause_en}",
    "用表格软件打开后，另存为“Excel 工作簿（*.xlsx）”，不加密码",
    "open it in a spreadsheet program and save it as “Excel Workbook (*.xlsx)”, without a password",
)
HEADER_BELOW = _file(
    "INTAKE_HEADER_BELOW",
    "工作表“{sheet}”的表头在第 {row} 行，应在第 1 行",
    "the header of the sheet {sheet} stands in row {row}; expected row 1",
    "删除表头上方的标题行后重新导入",
    "delete the rows above the header and import again",
    422,
)
SHEET_IS_CHART = _file(
    "INTAKE_SHEET_IS_CHART",
    "“{sheet}”是图表，不是工作表",
    "{sheet} is a chart, no sheet of cells",
    "将数据放在同名的工作表中，图表改用其他名称",
    "put the data on a sheet of that name and call the chart otherwise",
    422,
)
TOO_LARGE = _file(
    "INTAKE_TOO_LARGE",
    "文件过大：{what} 超过上限 {limit}",
    "the file is too large: {what} exceeds the limit of {limit}",
    "拆分为几个文件分别导入",
    "split it into several files",
    413,
)
SHEET_ABSENT = _file(
    "INTAKE_SHEET_ABSENT",
    "缺少工作表“{sheet}”",
    "the sheet {sheet} is absent",
    "使用本系统生成的采集表模板",
    "use the template that `shouwang households template` makes",
)
CODES_ABSENT = _file(
    "INTAKE_CODES_ABSENT",
    "代码表 {name} 尚未载入",
    "the code list {name} isn't loaded",
    "先载入代码表",
    "load the code lists first",
    409,
)
UNIT_UNKNOWN = _file(
    "INTAKE_IMPORTER_UNKNOWN",
    "责任单位表中没有这一代码的在用单位",
    "no unit in force has this code",
    "用 --unit 指定在用单位的代码",
    "name a unit in force with --unit",
    404,
)
REFUSED = _file(
    "INTAKE_REFUSED",
    "文件有 {count} 处错误，未导入任何内容",
    "{count} errors in the file; nothing was imported",
    "按“错误”列逐一改正后重新导入",
    "correct them, see the column 错误, and import again",
    422,
)
TOO_MANY_STRANGERS = _file(
    "INTAKE_TOO_MANY_REGISTERED_ELSEWHERE",
    "文件中有超过 {limit} 人已在他处登记，不再逐一列出",
    "more than {limit} persons of the file are registered elsewhere; no more of them are named",
    "核对文件是否属于本单位",
    "check whether the file is your unit's",
    422,
)

# --- headers
COLUMN_ABSENT = cell_code("INTAKE_COLUMN_ABSENT", "缺少必填列“{label}”", "the required column {label} is absent")
COLUMN_TWICE = cell_code("INTAKE_COLUMN_TWICE", "列“{label}”出现两次", "the column {label} stands there twice")
COLUMN_UNKNOWN = cell_code(
    "INTAKE_COLUMN_UNKNOWN", "无法识别的列，不予读取", "an unknown column; it isn't read", CONFIRM
)

# --- any cell
EMPTY = cell_code("INTAKE_EMPTY", "“{label}”必填", "{label} must be filled in")
FORMULA = cell_code("INTAKE_FORMULA", "不接受公式，请粘贴为数值", "a formula isn't accepted: paste its value")
EXCEL_ERROR = cell_code("INTAKE_EXCEL_ERROR", "单元格是错误值", "the cell holds an error value")
SEVERAL_VALUES = cell_code(
    "INTAKE_SEVERAL_VALUES",
    "“{label}”一格内填了两个值或夹有空格，一格只填一个值",
    "{label} holds two values, or a gap within one: a cell takes one value",
)
TEXT_LONG = cell_code(
    "INTAKE_TEXT_LONG",
    "“{label}”过长，上限 {limit} 字",
    "{label} is too long: {limit} characters at most",
)
TEXT_INVISIBLE = cell_code(
    "INTAKE_TEXT_INVISIBLE",
    "“{label}”含有不可见字符（控制字符、零宽字符或文字方向控制符），请重新键入",
    "{label} holds invisible characters (control, zero-width or bidi): type it again",
)
TEXT_BAD = cell_code("INTAKE_TEXT_BAD", "“{label}”应为文字", "{label}: expected a text")
NUMBER_BAD = cell_code(
    "INTAKE_NUMBER_BAD",
    "“{label}”应为 1 至 40 位的数字、大写字母或短横线",
    "{label}: expected 1 to 40 digits, capital letters or hyphens",
)
NAME_DAMAGED = cell_code(
    "INTAKE_NAME_DAMAGED",
    "“{label}”中有问号、方框、星号等占位符或自造字，请按户口簿填写完整姓名",
    "{label} holds a placeholder (question mark, box, asterisk) or a private character: give the whole name",
)
UNIT_IS_NAME = cell_code(
    "INTAKE_UNIT_IS_NAME",
    "“{label}”应填责任单位代码，不填名称",
    "{label} takes the code of the unit, not its name",
    ("在责任单位表中查出代码后填写", "look the code up in the table of units"),
)
NAME_QUOTED = cell_code(
    "INTAKE_NAME_QUOTED",
    "“{label}”不得含有英文双引号或反斜杠",
    "{label} must hold no straight quotation mark and no backslash",
)
PERSONAL_DATA = cell_code(
    "INTAKE_PERSONAL_DATA",
    "“{label}”中含有{kind}，不得填写",
    "{label} holds a number of the kind {kind_en}: not allowed here",
    question="Q38",
)
NUMBER_NOT_TEXT = cell_code(
    "INTAKE_NUMBER_NOT_TEXT",
    "“{label}”以数值格式存储，末尾数字可能已丢失，须设为文本格式后重新填写",
    "{label} is stored as a number, its last digits may be lost: format the cell as text and type it again",
)
SEALED_BAD = cell_code(
    "INTAKE_IDENTIFIER_BAD",
    "“{label}”过长或含有不能识别的字符",
    "{label} is too long or holds characters that no such number has",
    question="Q38",
)
WORD_UNKNOWN = cell_code(
    "INTAKE_WORD_UNKNOWN", "“{label}”应为下列之一：{expected}", "{label}: expected one of {expected}"
)
CODE_UNKNOWN = cell_code(
    "INTAKE_CODE_UNKNOWN",
    "“{label}”应为下列之一：{expected}",
    "{label}: expected one of {expected}",
)
FLAG_BAD = cell_code("INTAKE_FLAG_BAD", "“{label}”应填“是”或“否”", "{label}: expected 是 or 否")
DAY_BAD = cell_code(
    "INTAKE_DAY_BAD",
    "“{label}”不是有效日期，应形如 2023-05-01",
    "{label} is no calendar day; expected one like 2023-05-01",
)
DAY_RANGE = cell_code(
    "INTAKE_DAY_RANGE",
    "“{label}”应在 {first} 至 {last} 之间",
    "{label} must lie between {first} and {last}",
)
WHOLE_BAD = cell_code(
    "INTAKE_WHOLE_BAD",
    "“{label}”应为 {least} 至 {most} 的整数",
    "{label}: expected a whole number from {least} to {most}",
)
AMOUNT_BAD = cell_code("INTAKE_AMOUNT_BAD", "“{label}”不是数", "{label} is no number")
AMOUNT_NEGATIVE = cell_code("INTAKE_AMOUNT_NEGATIVE", "“{label}”不得为负数", "{label} cannot be negative")
AMOUNT_DECIMALS = cell_code("INTAKE_AMOUNT_DECIMALS", "“{label}”最多两位小数", "{label} has two decimals at most")
AMOUNT_LARGE = cell_code("INTAKE_AMOUNT_LARGE", "“{label}”超过 {most}", "{label} exceeds {most}")
AMOUNT_ODD = cell_code(
    "INTAKE_AMOUNT_ODD",
    "“{label}”大于 {above}，疑似单位或小数点有误",
    "{label} is above {above}: is the unit or the decimal point right?",
    CONFIRM,
)
UNIT_BAD = cell_code("INTAKE_UNIT_BAD", "“{label}”不是在用单位的代码", "{label} is no code of a unit in force")
UNIT_NOT_VILLAGE = cell_code(
    "INTAKE_UNIT_NOT_VILLAGE", "“{label}”应为村级单位的代码", "{label} must be a village's code"
)

# --- one row
TIE_ABSENT = cell_code(
    "INTAKE_TIE_ABSENT",
    "户编号和户主证件号码至少填一项",
    "fill in 户编号 or 户主证件号码, at least one",
)
ID_ABSENT = cell_code(
    "INTAKE_ID_ABSENT",
    "无证件号码时须填写无证件原因",
    "without an ID number the reason for it must be given",
)
ID_OLD = cell_code(
    "INTAKE_ID_OLD",
    "15 位旧证号码，请在下次入户时换填 18 位号码",
    "an ID number of the old 15-digit form: replace it when the holder is next seen",
    CONFIRM,
)
BIRTH_DISAGREES = cell_code(
    "INTAKE_BIRTH_DISAGREES",
    "出生日期与证件号码不一致",
    "the date of birth does not agree with the ID number",
)
SEX_DISAGREES = cell_code("INTAKE_SEX_DISAGREES", "性别与证件号码不一致", "the sex does not agree with the ID number")
DAYS_OUT_OF_ORDER = cell_code(
    "INTAKE_DAYS_OUT_OF_ORDER",
    "“{later}”早于“{earlier}”",
    "{later} is before {earlier}",
)
SCHOOLING_BOTH = cell_code(
    "INTAKE_SCHOOLING_BOTH",
    "文化程度与在校生状况只填一项",
    "fill in either 文化程度 or 在校生状况, not both",
)
SCHOOLING_NEITHER = cell_code(
    "INTAKE_SCHOOLING_NEITHER",
    "文化程度与在校生状况须填一项",
    "one of 文化程度 and 在校生状况 must be filled in",
)
CHILD_LABOUR = cell_code(
    "INTAKE_CHILD_LABOUR",
    "不满 16 周岁，应无劳动能力、不在公益性岗位",
    "below 16: no ability to work and no public-welfare post",
    CONFIRM,
    "Q20",
)
MEDICAL_TWICE = cell_code(
    "INTAKE_MEDICAL_TWICE",
    "同时参加居民与职工基本医疗保险",
    "in the residents' and in the employees' basic medical insurance at once",
    CONFIRM,
)
HEALTH_CONTRADICTS = cell_code(
    "INTAKE_HEALTH_CONTRADICTS",
    "“健康”不能与其他健康状况同时填写",
    "健康 excludes the other states of health",
)
DISABILITY_UNCLEAR = cell_code(
    "INTAKE_DISABILITY_UNCLEAR",
    "健康状况为残疾的，应填残疾类别和等级",
    "a disability needs its kind and grade",
    CONFIRM,
)
STAGE_AGE = cell_code(
    "INTAKE_STAGE_AGE",
    "小学在校生年龄一般为 6 至 14 周岁",
    "a primary-school pupil is 6 to 14 years old as a rule",
    CONFIRM,
    "Q13",
)
JURISDICTION_REASON = cell_code(
    "INTAKE_JURISDICTION_REASON",
    "由常住地管辖须写明管辖理由",
    "the residence leads only with a recorded reason",
    question="Q16",
)
BEYOND_REACH = cell_code(
    "INTAKE_BEYOND_REACH",
    "责任单位不在导入单位 {unit} 的辖区内",
    "the responsible unit is not below the importing unit {unit}",
    question="Q16",
)
LOSS = cell_code(
    "INTAKE_LOSS",
    "生产经营性支出大于生产经营性收入，净收入为负",
    "business expense exceeds business income: a loss",
    CONFIRM,
)
