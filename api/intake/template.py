"""模板 The workbook that county staff fill in: sheets, drop-down lists and explanations, from the declarations. Q12"""

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from api.intake.columns import DEFAULTS, HEAD_ID, NUMBER, Field, Form, Sheet, sheets
from api.intake.workbook import ROWS

EXPLANATIONS, LISTS = "填写说明", "选项"
TEXT_FORMAT, DAY_FORMAT = "@", "yyyy-mm-dd"
REQUIRED, OPTIONAL = PatternFill("solid", fgColor="FFFFE699"), PatternFill("solid", fgColor="FFDDEBF7")
LAST_ROW = ROWS

Labels = Mapping[str, Sequence[str]]
"""The labels of each code list, in order."""

HOW = {
    Form.TEXT: "文字，不超过 200 字，不得含证件号码、电话或银行账号",
    Form.LINE: "姓名，不超过 200 字，不得含英文双引号或反斜杠",
    Form.NUMBER: "编号，文本格式",
    Form.SEALED: "文本格式；以数值格式存储的一律退回",
    Form.UNIT: "责任单位代码（村级 12 位），文本格式",
    Form.WORD: "从下拉列表选择",
    Form.CODE: "从下拉列表选择",
    Form.CODES: "可填多项，以顿号分隔：",
    Form.FLAG: "是 或 否",
    Form.DAY: "日期，如 2023-05-01",
    Form.WHOLE: "整数",
    Form.MONEY: "金额（元），至多两位小数",
    Form.QUANTITY: "数量，至多两位小数",
}
NOTES = (
    "每户一行填“户”，每人一行填“家庭成员”，每户每年度一行填“收入支出”。黄色列必填。",
    "同一户的各行以“户编号”相连；尚无户编号的，填“户主证件号码”。两列至少填一列。",
    "已在系统中的户和人员：空白单元格不改动原值；文件中没有的成员不会被删除，减少人员请填减少日期和减少原因。",
    "“文化程度”与“在校生状况”只填一项，学龄前儿童填“在校生状况”。",
    "整个文件要么全部导入，要么一行也不导入；有错误时按退回文件“错误”列改正后重新导入。",
    "请勿使用公式。证件号码、电话、银行账号在系统中加密保存。",
)


def template(labels: Labels) -> Workbook:
    """The empty workbook; `labels` are those of the code lists."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    lists = _Lists(labels)
    for sheet in sheets().values():
        _sheet(workbook.create_sheet(sheet.label), sheet, lists)
    _explain(workbook.create_sheet(EXPLANATIONS), labels)
    lists.write(workbook.create_sheet(LISTS))
    return workbook


class _Lists:
    """The drop-down lists, each a column of a hidden sheet: a list in the validation itself may have 255 characters."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._columns: dict[str, tuple[int, Sequence[str]]] = {}

    def of(self, field: Field) -> str | None:
        """The range of the field's list, None when it has none or several may be chosen."""
        choices = options(field, self._labels)
        if not choices or field.form is Form.CODES:
            return None
        name = field.codes or (field.words.__name__ if field.words else field.form.name)
        column, _ = self._columns.setdefault(name, (len(self._columns) + 1, choices))
        letter = get_column_letter(column)
        return f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${len(choices) + 1}"

    def write(self, worksheet: Any) -> None:
        """Fill the hidden sheet."""
        worksheet.sheet_state = "hidden"
        for name, (column, choices) in self._columns.items():
            worksheet.cell(1, column, name)
            for row, choice in enumerate(choices, 2):
                worksheet.cell(row, column, choice)


def options(field: Field, labels: Labels) -> Sequence[str]:
    """The values that a cell of the field may have; empty when it is free."""
    if field.words is not None:
        return [word.zh for word in field.words]
    if field.codes is not None:
        return labels[field.codes]
    return ("是", "否") if field.form is Form.FLAG else ()


def _sheet(worksheet: Any, sheet: Sheet, lists: _Lists) -> None:
    worksheet.freeze_panes = "C2"
    for number, field in enumerate(sheet.fields.values(), 1):
        cell, letter = worksheet.cell(1, number, field.label), get_column_letter(number)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        cell.fill = REQUIRED if field.required else OPTIONAL
        column = worksheet.column_dimensions[letter]
        column.width = 22 if field.is_text or field.form in (Form.TEXT, Form.LINE) else 14
        if field.is_text:
            column.number_format = TEXT_FORMAT
        elif field.form is Form.DAY:
            column.number_format = DAY_FORMAT
        source = lists.of(field)
        if source is not None:
            choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
            choice.errorTitle, choice.error = field.label, "请从下拉列表选择"
            choice.add(f"{letter}2:{letter}{LAST_ROW}")
            worksheet.add_data_validation(choice)


def _explain(worksheet: Any, labels: Labels) -> None:
    for note in NOTES:
        worksheet.append([note])
    worksheet.append([])
    worksheet.append(["工作表", "列", "必填", "填写方法", "可选值", "含义", "依据"])
    for cell in worksheet[worksheet.max_row]:
        cell.font = Font(bold=True)
    for sheet in sheets().values():
        for field in sheet.fields.values():
            worksheet.append(
                [
                    sheet.label,
                    field.label,
                    _needed(sheet, field),
                    HOW[field.form],
                    "、".join(options(field, labels)),
                    field.en,
                    "、".join(f"Q{question}" for question in field.questions),
                ]
            )
    for letter, width in zip("ABCDEFG", (12, 26, 10, 34, 60, 60, 12), strict=True):
        worksheet.column_dimensions[letter].width = width


def _needed(sheet: Sheet, field: Field) -> str:
    if field.name in (NUMBER, HEAD_ID):
        return "至少一项"
    if field.name in DEFAULTS.get(sheet.key, {}):
        return "默认"
    return "必填" if field.required else ""
