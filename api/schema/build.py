"""类型 Project every entity onto a Strawberry type; no field is written a second time.

Second phase: all declarations are read first, then all types are built, so that types may refer to each other.
The fields resolve nothing: whatever they show comes finished from the planner.
"""

import inspect
import types
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Annotated, Any, ForwardRef

import strawberry

from api.rules.words.vocabulary import Word
from api.schema.available_step import AvailableStep
from api.schema.catalogue import Field, ToMany, ToOne, Type, catalogue
from api.schema.declare import Spec
from api.schema.filters import Among, Filter, InForce, Open, Overdue, Prefix, Region, Since, Through, Until
from api.schema.paging import Direction, Node, PageInfo, paging_arguments


def described(zh: str, en: str, questions: tuple[int, ...] = ()) -> str:
    """The bilingual description: Chinese term, English sentence, questions.

    >>> described("户编号", "National household number.", (12,))
    '户编号 National household number. Q12'
    """
    return " ".join([zh, en, ", ".join(f"Q{question}" for question in questions)]).strip()


@cache
def enum_of(words: type[Word]) -> Any:
    """The GraphQL enum of a closed vocabulary; a value is stored and sent by its name."""
    members = {word.name: strawberry.enum_value(word.name, description=described(word.zh, word.en)) for word in words}
    return strawberry.enum(Enum(words.__name__, members), description=_first_line(words.__doc__))  # type: ignore[call-overload]


@cache
def types_of() -> dict[str, Any]:
    """Every GraphQL type that is derived, by name: entities, their connections, edges, filters and orders."""
    built: dict[str, Any] = {}
    for type_ in catalogue().values():
        built[f"{type_.name}Filter"] = _filter_input(type_) if type_.filters else None
        built[f"{type_.name}Order"] = _order_input(type_)
    for type_ in catalogue().values():
        built[type_.name] = _entity(type_, built)
        built[f"{type_.name}Edge"] = _edge(type_)
        built[f"{type_.name}Connection"] = _connection(type_)
    globals().update(built)  # Strawberry resolves names here when the schema is built
    return built


def _make(
    kind: Callable[..., Any], name: str, members: dict[str, Any], hints: dict[str, Any], doc: str, *bases: type
) -> Any:
    body = {**members, "__annotations__": hints, "__module__": __name__}
    plain = types.new_class(name, bases, {}, lambda namespace: namespace.update(body))
    return kind(plain, description=doc)


def _entity(type_: Type, built: dict[str, Any]) -> Any:
    members: dict[str, Any] = {}
    for field in type_.fields.values():
        members[field.name] = _scalar(field)
    for relation in type_.relations.values():
        members[relation.name] = _relation(relation, built)
    for name, spec in type_.steps.items():
        members[name] = _resolved(name, list[AvailableStep], _spec_text(spec))
    bases = () if type_.part else (Node,)
    return _make(strawberry.type, type_.name, members, {}, _first_line(type_.doc), *bases)


def _scalar(field: Field) -> Any:
    python = enum_of(field.spec.words) if field.spec.words else field.scalar.python
    return _resolved(field.name, python if not field.may_be_null else python | None, _spec_text(field.spec))


def _relation(relation: ToOne | ToMany, built: dict[str, Any]) -> Any:
    text = _spec_text(relation.spec)
    if isinstance(relation, ToOne):
        return _resolved(relation.name, ForwardRef(f"{relation.target} | None", module=__name__), text)
    if relation.paged:
        arguments = paging_arguments(built[f"{relation.target}Filter"], built[f"{relation.target}Order"])
        return _resolved(relation.name, ForwardRef(f"{relation.target}Connection", module=__name__), text, arguments)
    first = described("前几条", "At most this many, in order of their identifiers.")
    return _resolved(
        relation.name,
        ForwardRef(f"list[{relation.target}]", module=__name__),
        text,
        {"first": Annotated[int | None, strawberry.argument(description=first)]},
    )


def _resolved(name: str, returns: Any, text: str, arguments: dict[str, Any] | None = None) -> Any:
    def resolver(self: Any, **_: Any) -> Any:
        raise LookupError(f"{type(self).__name__}.{name} is read by the planner, never resolved")

    return field_of(name, returns, text, resolver, arguments)


def field_of(
    name: str, returns: Any, text: str, resolver: Callable[..., Any], arguments: dict[str, Any] | None = None
) -> Any:
    """A field whose arguments are given as name → annotated type; the resolver takes them as keywords, or none."""
    signature = inspect.signature(resolver).parameters
    parameters = [
        parameter for parameter in signature.values() if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    parameters += [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=strawberry.UNSET, annotation=value)
        for key, value in (arguments or {}).items()
    ]
    resolver.__signature__ = inspect.Signature(parameters, return_annotation=returns)  # type: ignore[attr-defined]
    resolver.__annotations__ = {
        **{
            parameter.name: parameter.annotation
            for parameter in parameters
            if parameter.annotation is not inspect.Parameter.empty
        },
        "return": returns,
    }
    resolver.__name__, resolver.__module__ = name, __name__
    return strawberry.field(resolver, name=name, description=text)


def _edge(type_: Type) -> Any:
    members = {
        "cursor": _resolved("cursor", str, described("游标", "Where the next page may begin.")),
        "node": _resolved("node", ForwardRef(type_.name, module=__name__), described("对象", "The row.")),
    }
    return _make(strawberry.type, f"{type_.name}Edge", members, {}, described("条目", f"One {type_.name} of a page."))


def _connection(type_: Type) -> Any:
    members = {
        "edges": _resolved(
            "edges",
            ForwardRef(f"list[{type_.name}Edge]", module=__name__),
            described("条目", "The page, with cursors."),
        ),
        "nodes": _resolved(
            "nodes", ForwardRef(f"list[{type_.name}]", module=__name__), described("对象", "The page, without cursors.")
        ),
        "pageInfo": _resolved("pageInfo", PageInfo, described("分页信息", "Where the page stands.")),
        "totalCount": _resolved(
            "totalCount",
            int,
            described(
                "总数", "How many there are that the caller may see; exact up to 10 000, see totalCountIsAtLeast."
            ),
        ),
        "totalCountIsAtLeast": _resolved(
            "totalCountIsAtLeast", bool, described("总数为下限", "Whether there are more than totalCount says.")
        ),
    }
    return _make(
        strawberry.type,
        f"{type_.name}Connection",
        members,
        {},
        described("分页", f"A page of {type_.name}, both ways."),
    )


def _filter_input(type_: Type) -> Any:
    members: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    for filter_ in type_.filters.values():
        hints[filter_.name], text = _filter_field(type_, filter_)
        members[filter_.name] = strawberry.field(default=strawberry.UNSET, name=filter_.name, description=text)
    text = described("筛选", f"Which {type_.name} to list; all conditions must hold.")
    return _make(strawberry.input, f"{type_.name}Filter", members, hints, text)


def _filter_field(type_: Type, filter_: Filter) -> tuple[Any, str]:
    if isinstance(filter_, Region):
        return str | None, described(filter_.zh, filter_.en)
    if isinstance(filter_, Through):
        path = filter_.second or filter_.first
        field = catalogue()[path.partition(".")[0]].by_column[filter_.column]
    else:
        field = type_.by_column[filter_.column]
    python = enum_of(field.spec.words) if field.spec.words else field.scalar.python
    match filter_:
        case Among() | Through():
            return list[python] | None, described(field.spec.zh, f"{field.spec.en} One of these.")  # type: ignore[valid-type]
        case Prefix():
            return str | None, described(field.spec.zh, f"{field.spec.en} Begins with this.")
        case Since():
            return python | None, described(field.spec.zh, f"{field.spec.en} On or after this day.")
        case Overdue():
            return python | None, described("逾期", "Past their last day on this day, and not met.")
        case Open():
            return bool | None, described(filter_.zh, filter_.en)
        case InForce():
            absent = " Without it, those in force now." if filter_.standing else ""
            return python | None, described("时点", f"In force on this day.{absent}")
        case Until():
            return python | None, described(field.spec.zh, f"{field.spec.en} On or before this day.")


def _order_input(type_: Type) -> Any:
    members = {
        order.name: strawberry.enum_value(order.name, description=described(order.zh, order.en))
        for order in type_.orders.values()
    }
    by = strawberry.enum(
        Enum(f"{type_.name}OrderBy", members),  # type: ignore[call-overload]
        description=described("排序依据", f"What {type_.name} may be ordered by; ties by identifier."),
    )
    text = described("排序", f"The order of a page of {type_.name}.")
    fields = {
        "by": strawberry.field(name="by", description=described("依据", "What to order by.")),
        "direction": strawberry.field(
            name="direction", default=Direction.ASC, description=described("方向", "Ascending or descending.")
        ),
    }
    return _make(strawberry.input, f"{type_.name}Order", fields, {"by": by, "direction": Direction}, text)


def _spec_text(spec: Spec) -> str:
    text = described(spec.zh, spec.en, spec.questions)
    return f"{text} (code list {spec.codes})" if spec.codes else text


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().splitlines()[0]
