"""错误页 Every error code with its status, both sentences and what to do next, as docs/errors.md shows them."""

from collections import defaultdict

from api.errors import CODES, Code
from api.projection.modules import every_module
from api.projection.places import Place, calls
from api.projection.tables import code, page, section

_HEADS = ("代码 Code", "状态 Status", "中文", "English", "怎么办", "What to do", "问 Question")


def place_of(error_code: Code) -> Place | None:
    """Find the declaration of a code: `code` itself, or a function of its module that calls it."""
    return next(iter([*calls(error_code.name, "code"), *calls(error_code.name)]), None)


def error_page() -> str:
    """The page: one section per package, codes in order of their names."""
    every_module()
    packages: dict[str, list[Code]] = defaultdict(list)
    for error_code in sorted(CODES.values(), key=lambda error_code: error_code.name):
        place = place_of(error_code)
        if place is not None:
            packages["/".join(place.file.split("/")[:2]).removesuffix(".py")].append(error_code)
    return page(
        "错误 Errors",
        "取自各包的错误代码。代码永不改变；花括号处填入当次的事实，从不含个人信息。",
        "Every error of the product by package. Codes never change; braces are filled with the facts of the case,"
        " never with a personal value. GraphQL carries them under `errors[].extensions`; the command line prints"
        " them and ends with status 2.",
        *(section(code(package), _HEADS, map(_row, packages[package])) for package in sorted(packages)),
    )


def _row(error_code: Code) -> list[str]:
    return [
        code(error_code.name),
        str(error_code.status),
        error_code.zh,
        error_code.en,
        error_code.next_zh,
        error_code.next_en,
        error_code.question or "",
    ]
