"""目录 The catalogue: every entity as planner, SDL and data dictionary see it, read off the declarations."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache

from piccolo.columns import Column, ForeignKey

import api.schema.entities
from api.errors import Term
from api.rules.themes.screening import holds_no_quota
from api.rules.verdict import breaches
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Computed, Connection, Entity, Many, Placed, Spec, Steps, spec_of
from api.schema.filters import Filter, Order
from api.schema.names import camel
from api.schema.scalars import BY_NAME, ID, WORD, Scalar, scalar_of


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar field: `sql` holds `{t}` where the row's alias goes; `column` is None when it is computed."""

    name: str
    sql: str
    scalar: Scalar
    nullable: bool
    spec: Spec
    column: str | None

    @property
    def may_be_null(self) -> bool:
        """Whether the GraphQL type is nullable: whatever a policy may hide is."""
        return self.nullable or self.spec.group is not Group.STRUCTURE


@dataclass(frozen=True, slots=True)
class ToOne:
    """A relation along a foreign key of the row."""

    name: str
    column: str
    target: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class ToMany:
    """A reverse relation: rows of `target` whose `column` is this row; a page when `paged`, else a list.

    While the column `absent` of this row is null there are none.
    """

    name: str
    target: str
    column: str
    spec: Spec
    paged: bool
    expect: int
    absent: str | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """An entity: its table, kind, place and everything a query may name. A *part* is found by its whole alone.

    `veil` is the SQL condition of the rows whose veiled fields are health.
    """

    name: str
    table: str
    kind: Kind
    anchor: str | None
    placed: bool
    doc: str
    fields: dict[str, Field]
    relations: dict[str, ToOne | ToMany]
    steps: dict[str, Spec]
    filters: dict[str, Filter]
    orders: dict[str, Order]
    by_column: dict[str, Field]
    part: bool = False
    veil: str | None = None

    @property
    def term(self) -> Term:
        """The name as a fact of an error: in Chinese the first word of its description."""
        return Term(self.name, self.doc.partition(" ")[0], self.name)

    @property
    def household(self) -> bool:
        """Whether the row is a household or hangs on one: then the whole tree shares one place."""
        return self.name == "Household" or self.anchor == "household"


def entities() -> dict[str, type[Entity]]:
    """Every declared entity by name, all modules of `schema.entities` imported."""
    for module in pkgutil.walk_packages(api.schema.entities.__path__, f"{api.schema.entities.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(Entity.registry.items()))


@cache
def catalogue() -> dict[str, Type]:
    """The catalogue, checked: every relation, filter and order names something that exists, no field holds a quota."""
    types = {name: _type(name, entity) for name, entity in entities().items()}
    for type_ in types.values():
        _check(type_, types)
    return types


def _type(name: str, entity: type[Entity]) -> Type:
    fields: dict[str, Field] = {}
    relations: dict[str, ToOne | ToMany] = {}
    by_column: dict[str, Field] = {}
    for column in entity._meta.columns:
        spec, column_name = spec_of(column), column._meta.name
        field = _field(column, column_name, spec)
        by_column[column_name] = field
        if not spec.public or (entity.part and column_name == "id"):
            continue  # a part has no identifier of its own: nothing would find it by it
        if isinstance(column, ForeignKey):
            target = column._foreign_key_meta.resolved_references.__name__
            relations[camel(column_name)] = ToOne(camel(column_name), column_name, target, spec)
        else:
            fields[field.name] = field
    for attribute, value in vars(entity).items():
        if isinstance(value, Computed):
            spec = Spec(value.zh, value.en, value.group, value.questions)
            fields[camel(attribute)] = Field(camel(attribute), value.sql, BY_NAME[value.like], True, spec, None)
        elif isinstance(value, Many | Connection):
            relations[camel(attribute)] = _to_many(camel(attribute), value)
    return Type(
        name=name,
        table=entity._meta.tablename,
        kind=entity.policy_kind,
        anchor=entity.anchor,
        placed=issubclass(entity, Placed),
        doc=(entity.__doc__ or "").strip(),
        fields=fields,
        relations=relations,
        steps=_steps(entity),
        filters={filter_.name: filter_ for filter_ in getattr(entity, "filters", ())},
        orders={order.name: order for order in getattr(entity, "orders", (Order("ID", "标识", "By identifier."),))},
        by_column=by_column,
        part=entity.part,
        veil=entity.veil,
    )


def _to_many(name: str, declared: Many | Connection) -> ToMany:
    target, _, column_name = declared.via.partition(".")
    spec = Spec(declared.zh, declared.en, Group.STRUCTURE, declared.questions)
    paged = isinstance(declared, Connection)
    expect, absent = (declared.expect, declared.absent) if isinstance(declared, Many) else (0, None)
    return ToMany(name, target, column_name, spec, paged, expect, absent)


def _steps(entity: type[Entity]) -> dict[str, Spec]:
    declared = {camel(name): value for name, value in vars(entity).items() if isinstance(value, Steps)}
    return {name: Spec(spec.zh, spec.en, Group.STRUCTURE, spec.questions) for name, spec in declared.items()}


def _field(column: Column, column_name: str, spec: Spec) -> Field:
    scalar = scalar_of(column) if spec.public else ID
    if spec.line or spec.words is not None or (spec.codes is not None and scalar.form == "escaped"):
        scalar = WORD
    public_name = column_name.removesuffix("_masked")
    return Field(camel(public_name), f'{{t}}."{column_name}"', scalar, column._meta.params["null"], spec, column_name)


def _check(type_: Type, types: dict[str, Type]) -> None:
    names = [name for field in type_.fields.values() for name in (field.column or field.name, field.spec.zh)]
    if breaches(holds_no_quota(names)):
        raise LookupError(f"{type_.name} has a field for a quota, which nobody may set (Q9, Q26)")
    if type_.veil is None and any(field.spec.veiled for field in type_.by_column.values()):
        raise LookupError(f"{type_.name} has a veiled field and no veil")
    for relation in type_.relations.values():
        if relation.target not in types:
            raise LookupError(f"{type_.name}.{relation.name} leads to {relation.target}, which is no entity")
        if isinstance(relation, ToMany) and relation.column not in types[relation.target].by_column:
            raise LookupError(f"{type_.name}.{relation.name}: {relation.target} has no column {relation.column}")
    _check_orders(type_)
    _check_filters(type_, types)


def _check_orders(type_: Type) -> None:
    for order in type_.orders.values():
        if order.column is None:
            continue
        field = type_.by_column[order.column]
        if field.spec.veiled:
            raise LookupError(f"{type_.name} orders by {order.column}, whose veiled rows an order would tell")
        if field.nullable and order.nulls is None:
            raise LookupError(
                f"{type_.name} orders by {order.column}, which may be NULL, without saying where NULLs go"
            )


def _check_filters(type_: Type, types: dict[str, Type]) -> None:
    for filter_ in type_.filters.values():
        column = getattr(filter_, "column", None)
        if column is not None and not hasattr(filter_, "first") and column not in type_.by_column:
            raise LookupError(f"{type_.name} filters by {column}, which is no column of it")
        reached = _reached(type_, filter_, types)
        if column is not None and reached.by_column[column].spec.veiled:
            raise LookupError(f"{type_.name} filters by {column}, whose veiled rows a filter would tell")


def _reached(type_: Type, filter_: Filter, types: dict[str, Type]) -> Type:
    """The type whose column a filter reads."""
    path = getattr(filter_, "second", "") or getattr(filter_, "first", "")
    return types[path.partition(".")[0]] if path else type_
