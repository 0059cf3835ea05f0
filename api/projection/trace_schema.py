"""来历：类型与字段 Traces of types, fields, relations, columns, filters, orders, root fields and GraphQL inputs."""

from collections.abc import Iterator

from graphql import get_named_type

from api.access.actions import REVEAL, SEARCH, view
from api.access.policy import Policy
from api.access.words import ANY, low
from api.projection.dictionary import type_of
from api.projection.places import Place, attribute_of, bound, calls, class_of, snake
from api.projection.trace import Trace, check_lines, policy_lines, question_lines
from api.projection.workflows import mutations, place_of, step_lines
from api.resolvers.schema import core
from api.rules.words.vocabulary import Group, Kind
from api.schema.catalogue import Field, ToMany, ToOne, Type, catalogue, entities
from api.schema.filters import Region, Through
from api.schema.names import camel
from api.sealing import Identifier

_DERIVED = {"Filter": "筛选", "Order": "排序", "OrderBy": "排序依据", "Connection": "分页", "Edge": "条目"}


def traces(name: str, policy: Policy) -> Iterator[Trace]:
    """Find the meanings of a name in the schema: `Member`, `Member.idNumber`, `member.id_number`, `MemberOrder`."""
    yield from _root_fields(name, policy)
    for type_ in catalogue().values():
        if name in (type_.name, type_.table, type_.doc.partition(" ")[0]):
            yield _type(type_, policy)
        for suffix, zh in _DERIVED.items():
            if name == f"{type_.name}{suffix}":
                place = class_of(entities()[type_.name])
                yield Trace(f"{zh} {name}", place, f"derived from {type_.name} by api/schema/build.py")
        owner, _, member = name.partition(".")
        if member and owner in (type_.name, type_.table):
            yield from _members(type_, member, policy)
        if not name.isascii():  # a Chinese label
            yield from _members(type_, name, policy)


def _root_fields(name: str, policy: Policy) -> Iterator[Trace]:
    for kind in (core().query_type, core().mutation_type):
        plain = name.removeprefix(f"{kind.name}.") if kind else ""
        field = kind.fields.get(plain) if kind else None
        if kind is not None and field is not None:
            answer = catalogue().get(get_named_type(field.type).name.removesuffix("Connection"))
            lines = tuple(_of_type(answer, policy)) if answer else ()
            place = bound(kind.name, plain) or next(iter([*calls(plain), *calls(snake(plain))]), None)
            if plain in mutations():
                _, step = mutations()[plain]
                place, lines = place_of(step), (*step_lines(step), *question_lines(step.questions))
            yield Trace(f"根字段 root field {kind.name}.{plain}", place, field.description or "", lines)


def _of_type(type_: Type, policy: Policy) -> Iterator[str]:
    yield f"实体 entity {class_of(entities()[type_.name])}  {type_.name}, policy kind {low(type_.kind)}"
    yield from (f"筛选 filter {place}  {name}" for name in type_.filters if (place := _listed(type_, name)))
    yield from (f"排序 order {place}  {name}" for name in type_.orders if (place := _listed(type_, name)))
    yield from policy_lines(rule for rule in policy.rules if _reads(rule.kind, rule.action, low(type_.kind)))


def _type(type_: Type, policy: Policy) -> Trace:
    lines = (
        f"表 table {type_.table}: {len(type_.fields)} fields, {len(type_.relations)} relations",
        *_of_type(type_, policy),
    )
    return Trace(f"实体 entity {type_.name}", class_of(entities()[type_.name]), type_.doc.splitlines()[0], lines)


def _members(type_: Type, member: str, policy: Policy) -> Iterator[Trace]:
    every = [*type_.by_column.values(), *(field for field in type_.fields.values() if field.column is None)]
    by_name = [field for field in every if field.spec.public and member in (field.name, field.spec.zh)]
    for field in by_name or [field for field in every if field.column == member]:
        if not _is_relation(type_, field):
            yield _field(type_, field, policy)
    for relation in type_.relations.values():
        if member in (relation.name, relation.spec.zh, relation.column if isinstance(relation, ToOne) else ""):
            yield _relation(type_, relation, policy)
    for step_list, spec in type_.steps.items():
        if member in (step_list, spec.zh):
            text = _text(spec.zh, spec.en, spec.questions)
            yield Trace(f"可办环节 steps {type_.name}.{step_list}", _place(type_, _snake(type_, step_list)), text)
    for filter_ in type_.filters:
        if member == filter_:
            yield Trace(f"筛选 filter {type_.name}.{member}", _listed(type_, member), "")
    for order in type_.orders.values():
        if member == order.name:
            yield Trace(f"排序 order {type_.name}.{member}", _listed(type_, member), f"{order.zh} {order.en}")


def _field(type_: Type, field: Field, policy: Policy) -> Trace:
    spec, label = field.spec, f"{type_.name}.{field.name if field.spec.public else field.column}"
    place = _place(type_, _declared(field.column) if field.column else _snake(type_, field.name))
    stored = f"列 column {type_.table}.{field.column}" if field.column else f"计算 computed {field.sql}"
    lines = [
        f"{stored}: {type_of(field)}{', may be NULL' if field.nullable else ''}"
        + ("" if spec.public else "; no GraphQL field"),
        *(_reading(type_, field, policy) if spec.public else ()),
        *_uses(type_, field),
        *check_lines(f"{_part(type_)}.{field.name}"),
        *question_lines(spec.questions),
    ]
    return Trace(f"字段 field {label}", place, _text(spec.zh, spec.en, spec.questions), tuple(lines))


def _relation(type_: Type, relation: ToOne | ToMany, policy: Policy) -> Trace:
    place = _place(type_, relation.column if isinstance(relation, ToOne) else _snake(type_, relation.name))
    along = (
        f"{type_.table}.{relation.column}" if isinstance(relation, ToOne) else f"{relation.target}.{relation.column}"
    )
    target = catalogue()[relation.target]
    lines = [
        f"至 to {relation.target} along {along}",
        *policy_lines(rule for rule in policy.rules if _reads(rule.kind, rule.action, low(target.kind))),
        *question_lines(relation.spec.questions),
    ]
    text = _text(relation.spec.zh, relation.spec.en, relation.spec.questions)
    return Trace(f"关联 relation {type_.name}.{relation.name}", place, text, tuple(lines))


def _reach(kind: Kind, action: str, policy: Policy) -> Iterator[str]:
    yield from policy_lines(
        rule for rule in policy.rules if _speaks(rule.kind, low(kind)) and _speaks(rule.action, action)
    )


def _reading(type_: Type, field: Field, policy: Policy) -> Iterator[str]:
    action, declared = _action(field.spec.group), _declared(field.column or "")
    yield f"字段组 group {field.spec.group.name}: read by the action {action} on {low(type_.kind)}"
    yield from _reach(type_.kind, action, policy)
    if field.spec.veiled:
        yield f"健康组 on rows that reveal health also by the action {_action(Group.HEALTH)} on {low(type_.kind)}"
        yield from _reach(type_.kind, _action(Group.HEALTH), policy)
    if declared in entities()[type_.name].sealed:
        for other in (SEARCH, REVEAL) if declared == Identifier.ID_NUMBER.value else (REVEAL,):
            yield f"密封 sealed: the action {other}, on record"
            yield from _reach(type_.kind, other, policy)


def _uses(type_: Type, field: Field) -> Iterator[str]:
    if field.column is None:
        return
    for other in catalogue().values():
        for filter_ in other.filters.values():
            if isinstance(filter_, Region):
                continue
            over = (filter_.second or filter_.first).partition(".")[0] if isinstance(filter_, Through) else other.name
            if over == type_.name and filter_.column == field.column:
                yield f"筛选 filter {_listed(other, filter_.name)}  {other.name}Filter.{filter_.name}"
    for order in type_.orders.values():
        if order.column == field.column:
            yield f"排序 order {_listed(type_, order.name)}  {type_.name}OrderBy.{order.name}"


def _action(group: Group) -> str:
    return "read" if group is Group.STRUCTURE else view(group)


def _speaks(cell: str, word: str) -> bool:
    return cell == ANY or word in cell.split("|")


def _reads(kinds: str, actions: str, kind: str) -> bool:
    return _speaks(kinds, kind) and _speaks(actions, "read")


def _is_relation(type_: Type, field: Field) -> bool:
    return any(isinstance(relation, ToOne) and relation.column == field.column for relation in type_.relations.values())


def _listed(type_: Type, name: str) -> Place | None:
    return next(iter(calls(name, scope=type_.name)), None)


def _place(type_: Type, attribute: str) -> Place | None:
    return attribute_of(entities()[type_.name], attribute)


def _declared(column: str) -> str:
    """The attribute that declares a column: a sealed identifier's three columns come from one."""
    for suffix in ("_masked", "_sealed", "_index"):
        column = column.removesuffix(suffix)
    return column


def _snake(type_: Type, name: str) -> str:
    return next((attribute for attribute in vars(entities()[type_.name]) if camel(attribute) == name), name)


def _part(type_: Type) -> str:
    return "case" if type_.name == "MonitoringCase" else type_.table


def _text(zh: str, en: str, questions: tuple[int, ...]) -> str:
    return " ".join([zh, en, ", ".join(f"Q{question}" for question in questions)]).strip()
