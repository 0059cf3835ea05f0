"""数据字典 Every entity with its columns, relations, filters and orders, as docs/data-dictionary.md shows them. Q12

Computed fields stand among the columns, without a column of their own.
"""

from collections.abc import Iterable, Iterator

from api.projection.tables import code, page, table, yes
from api.rules.tables import cited
from api.schema.catalogue import Field, ToOne, Type, catalogue
from api.schema.filters import Filter, Order, Region, Through

_FIELDS = (
    "列 Column",
    "字段 GraphQL",
    "中文",
    "English",
    "字段组 Group",
    "类型 Type",
    "库中可空 NULL",
    "接口可空 Nullable",
    "问 Question",
)
_RELATIONS = ("关联 Relation", "中文", "English", "至 To", "经 Along", "形式 Form", "问 Question")
_FILTERS = ("名称 Name", "字段 Column", "方式 How")


def data_dictionary() -> str:
    """The page."""
    return page(
        "数据字典 Data dictionary",
        "取自 `api/schema` 的声明：每个实体一节。不显示的列没有 GraphQL 字段，只供系统自用。",
        "From the declarations of `api/schema`, one section per entity. A column without a GraphQL field is the"
        " product's own. A field of any group but STRUCTURE is nullable in GraphQL, because a policy may hide it.",
        *map(_entity, catalogue().values()),
    )


def _entity(type_: Type) -> str:
    parts = [
        f"## {type_.doc.splitlines()[0]}\n",
        f"`{type_.name}`, table `{type_.table}`, policy kind `{type_.kind.name.lower()}`, {_place(type_)}.\n",
        table(_FIELDS, _fields(type_)),
    ]
    if type_.relations:
        parts.append(table(_RELATIONS, _relations(type_)))
    if type_.filters or len(type_.orders) > 1:
        rows = [*map(_filter, type_.filters.values()), *map(_order, type_.orders.values())]
        parts.append(table(_FILTERS, rows))
    return "\n".join(parts)


def _place(type_: Type) -> str:
    if type_.placed:
        return "placed by tier columns of its own"
    return f"placed where its `{type_.anchor}` is" if type_.anchor else "placed nowhere: the nation's"


def _fields(type_: Type) -> Iterator[Iterable[str]]:
    foreign = {relation.column for relation in type_.relations.values() if isinstance(relation, ToOne)}
    for column, field in type_.by_column.items():
        visible = field.spec.public and column not in foreign
        yield _field(field, column, visible)
    yield from (_field(field, "", True) for field in type_.fields.values() if field.column is None)


def _field(field: Field, column: str, visible: bool) -> list[str]:
    spec = field.spec
    return [
        code(column),
        code(field.name if visible else ""),
        spec.zh,
        spec.en,
        f"{spec.group.name} / HEALTH" if spec.veiled else spec.group.name,
        type_of(field),
        yes(field.nullable),
        yes(visible and field.may_be_null),
        cited(spec.questions),
    ]


def type_of(field: Field) -> str:
    """The type of a field's values: its vocabulary, its code list, or its scalar."""
    if field.spec.words:
        return code(field.spec.words.__name__)
    if field.spec.codes:
        return code(field.spec.codes) + (" 多选 several" if field.scalar.form == "array" else "")
    return field.scalar.name if field.spec.public else "—"


def _relations(type_: Type) -> Iterator[Iterable[str]]:
    for relation in type_.relations.values():
        if isinstance(relation, ToOne):
            along, form = relation.column, "一 one"
        else:
            along, form = f"{relation.target}.{relation.column}", "分页 connection" if relation.paged else "列表 list"
        yield [
            code(relation.name),
            relation.spec.zh,
            relation.spec.en,
            code(relation.target),
            code(along),
            form,
            cited(relation.spec.questions),
        ]
    for name, spec in type_.steps.items():
        yield [code(name), spec.zh, spec.en, code("AvailableStep"), "", "列表 list", cited(spec.questions)]


def _filter(filter_: Filter) -> Iterable[str]:
    match filter_:
        case Region():
            return [code(filter_.name), "", "筛选 filter: region"]
        case Through():
            path = " → ".join(filter(None, (filter_.first, filter_.second)))
            return [code(filter_.name), code(f"{path} → {filter_.column}"), "筛选 filter: through"]
        case _:
            return [code(filter_.name), code(filter_.column), f"筛选 filter: {type(filter_).__name__.lower()}"]


def _order(order: Order) -> Iterable[str]:
    return [code(order.name), code(order.column or "id"), "排序 order"]
