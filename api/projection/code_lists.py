"""代码表页 Every open code list of the collection form with its codes, as docs/code-lists.md shows them. Q12"""

from api.codes.lists import CodeList, read
from api.projection.tables import code, page, section
from api.schema.catalogue import catalogue


def code_list_page() -> str:
    """The page."""
    return page(
        "代码表 Code lists",
        "取自 `api/codes/*.csv`。代码由本系统自定；国家系统的代码值未公开，知道的省份可以补入外部代码。",
        "From `api/codes/*.csv`. The codes are ours: the national values aren't public."
        " The API serves them as `codeLists`.",
        *map(_section, read()),
    )


def users_of(name: str) -> tuple[str, ...]:
    """The fields that hold codes of a list, as Type.field."""
    return tuple(
        f"{type_.name}.{field.name}"
        for type_ in catalogue().values()
        for field in type_.fields.values()
        if field.spec.codes == name
    )


def _section(code_list: CodeList) -> str:
    source = f"来源 source: {code_list.source}. " if code_list.source else ""
    used = ", ".join(map(code, users_of(code_list.name))) or "—"
    rows = ([code(item.code), item.zh, item.en, item.external_code or ""] for item in code_list.items)
    heads = ("代码 Code", "中文 Chinese", "英文 English", "外部代码 External")
    return section(f"{code_list.zh} {code_list.en} {code_list.name}", heads, rows, f"{source}用于 used by: {used}")
