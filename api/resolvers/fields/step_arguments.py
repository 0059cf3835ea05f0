"""环节参数 The arguments of a step as a form needs them: type, list, vocabulary, code list, entries of their own."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

import strawberry

from api.rules.words.vocabulary import Word
from api.schema.names import camel
from api.workflow.engine.step import Argument, Entries, Reference

_SCALARS: Mapping[Any, str] = {
    str: "String",
    int: "Int",
    bool: "Boolean",
    Decimal: "Decimal",
    datetime.date: "Date",
    list[str]: "String",
    bytes: "Upload",
}


@strawberry.type(name="StepArgument", description="环节参数 One thing given with a step.")
class ShownArgument:
    """An argument of a step."""

    name: str = strawberry.field(description="名称 Its name in the mutation's input.")
    zh: str = strawberry.field(description="中文 What it is, in Chinese.")
    en: str = strawberry.field(description="英文 What it is, in English.")
    required: bool = strawberry.field(description="必填 Whether it must be given.")
    type: str = strawberry.field(
        description="类型 The GraphQL type of it, or of each entry of a list; Upload is a file sent to POST /evidence."
    )
    many: bool = strawberry.field(description="多项 Whether it is a list.")
    vocabulary: str | None = strawberry.field(description="词表 The entry of `vocabularies` it is a word of.")
    code_list: str | None = strawberry.field(description="代码表 The entry of `codeLists` whose codes it holds.")
    references: str | None = strawberry.field(description="引用 The type of the object whose identifier it is.")
    arguments: list[Self] = strawberry.field(
        description="分项 What is given with each entry, where it is a list of such."
    )


def shown_argument(argument: Argument) -> ShownArgument:
    """An argument of a step table as clients see it."""
    python = argument.python
    reference = python if isinstance(python, Reference) else None
    entries = python if isinstance(python, Entries) else None
    word = python if isinstance(python, type) and issubclass(python, Word) else None
    return ShownArgument(
        name=camel(argument.name),
        zh=argument.zh,
        en=argument.en,
        required=argument.required,
        type="ID" if reference else entries.name if entries else word.__name__ if word else _SCALARS[python],
        many=entries is not None or python == list[str] or (reference is not None and reference.many),
        vocabulary=word.__name__ if word else None,
        code_list=argument.codes,
        references=reference.type_name if reference else None,
        arguments=[shown_argument(entry) for entry in entries.arguments] if entries else [],
    )
