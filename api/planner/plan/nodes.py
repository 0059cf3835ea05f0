"""计划节点 The nodes of a read plan: frozen values between what is asked and the SQL that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.access.formula.formula import Formula
from api.planner.plan.permit import Permit
from api.planner.values import Getter, Value
from api.schema.catalogue import Field, ToMany, ToOne
from api.schema.filters import Filter, Order


@dataclass(frozen=True, slots=True)
class Literal:
    """JSON text that is known before the database is asked."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A scalar of the row; per arm of its permit, on which rows it is visible.

    `veiled` says, per arm, on which of the rows under its type's veil it is visible all the same; None: no veil.
    """

    field: Field
    visible: tuple[Formula, ...]
    veiled: tuple[Formula, ...] | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """An object: its response keys in order, read under its permit."""

    permit: Permit
    items: tuple[tuple[str, "Item"], ...]


@dataclass(frozen=True, slots=True)
class Single:
    """A to-one relation."""

    relation: ToOne
    body: Body


@dataclass(frozen=True, slots=True)
class Listing:
    """A to-many relation as a plain list, at most `first` of them."""

    relation: ToMany
    body: Body
    first: Value | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter in use: what it asks for, and per arm on which rows its column is visible."""

    filter: Filter
    value: Value
    visible: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Paging:
    """The window of a page."""

    order: Order
    descending: bool
    first: Value | None
    last: Value | None
    after: Value | None
    before: Value | None


@dataclass(frozen=True, slots=True)
class PageItem:
    """A response key of a connection; `parts` are the (key, name, body of a node) inside `edges` or `pageInfo`."""

    key: str
    name: str
    parts: tuple[tuple[str, str, Body | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A connection, at the root or of a row."""

    permit: Permit
    relation: ToMany | None
    conditions: tuple[Condition, ...]
    paging: Paging
    items: tuple[PageItem, ...]


@dataclass(frozen=True, slots=True)
class RowByCondition:
    """One row at the root by the SQL condition its root field stands for; `{t}` is its alias, `{name}` a value."""

    body: Body
    where: str
    values: Mapping[str, tuple[Getter, str]]
    order: str = ""


@dataclass(frozen=True, slots=True)
class RowsByIds:
    """Rows at the root by global identifiers, in the order asked for; one body per type among them."""

    bodies: tuple[Body, ...]
    value: Value
    single: bool


@dataclass(frozen=True, slots=True)
class AllRows:
    """Every row of a small table at the root, as a list."""

    body: Body
    order: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that a row of this kind and state offers, None standing for any; per arm of the row, on which rows."""

    kind: str | None
    state: str | None
    text: str
    visible: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Available:
    """The steps a row offers, in the order of their workflows."""

    choices: tuple[Choice, ...]


Item = Literal | Cell | Single | Listing | Page | Available
Root = Literal | Page | RowByCondition | RowsByIds | AllRows
