"""设置页 Every environment variable with its type, default and meaning, as docs/settings.md shows them."""

from api.projection.places import Place, attribute_of
from api.projection.tables import code, page, table
from api.settings import Settings, Variable, variables


def setting_place(variable: Variable) -> Place | None:
    """Find the declaration of the variable."""
    return attribute_of(Settings, variable.field)


def setting_page() -> str:
    """The page."""
    rows = (
        [code(name), code(variable.default or ""), variable.type.zh.strip(), variable.type.en, variable.zh, variable.en]
        for name, variable in variables().items()
    )
    return page(
        "设置 Settings",
        "取自 `api/settings.py`：全部环境变量，启动时读取一次。值不合要求的以 BAD_SETTING 拒绝启动，"
        "不认识的 `SHOUWANG_…` 变量以 UNKNOWN_SETTING 拒绝启动；设为空与未设置相同。",
        "Every environment variable, read once at start. A wrong value stops the start with BAD_SETTING, a `SHOUWANG_…`"
        " variable that nothing reads stops it with UNKNOWN_SETTING; an empty variable counts as unset.",
        table(("变量 Variable", "默认 Default", "应为", "Expected", "含义", "Meaning"), rows),
    )
