"""声明 One line per field: column, Chinese label, English sentence, group and question travel together.

From a declaration come the GraphQL field, the SQL mapping, the data dictionary and the import template.
A key enters `Spec` only when several projections read it; what one consumer needs belongs to the consumer.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from piccolo.columns import (
    Array,
    BigSerial,
    Boolean,
    Bytea,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from api.rules.words.vocabulary import Group, Kind, Word
from api.schema.bounds import AMOUNT, COLUMN, DAY, Bound

C = TypeVar("C", bound=Column)


@dataclass(frozen=True, slots=True)
class Spec:
    """The declaration of a column besides its type. `public` is False for a column that is no GraphQL field.

    `line`: a text on one line, with no quotation mark and no backslash, as the database CHECKs.
    `bound`: what values keep within, as the database CHECKs. RULES §5
    `veiled`: on the rows that the entity's `veil` names it belongs to the health group as well.
    """

    zh: str
    en: str
    group: Group
    questions: tuple[int, ...] = ()
    words: type[Word] | None = None
    codes: str | None = None
    public: bool = True
    line: bool = False
    bound: Bound | None = None
    veiled: bool = False


def field(column: C, zh: str, en: str, group: Group, *questions: int, **more: Any) -> C:
    """Attach the Spec to the column itself; Piccolo keeps it across copies and out of migrations."""
    vars(column)["_spec"] = Spec(zh, en, group, questions, **more)
    return column


def spec_of(column: Column) -> Spec:
    """The Spec of a declared column; KeyError for a column that was not declared here."""
    spec: Spec = vars(column)["_spec"]
    return spec


def _null(required: bool) -> dict[str, Any]:
    # Piccolo's own defaults ('' and 0) would accept missing data in silence
    return {"default": None, "null": not required}


def text(
    zh: str, en: str, group: Group, *questions: int, required: bool = False, bound: Bound = COLUMN, **more: Any
) -> Text:
    """A free text or a code of ours."""
    return field(Text(**_null(required), **more), zh, en, group, *questions, bound=bound)


def line(zh: str, en: str, group: Group, *questions: int, required: bool = False, **more: Any) -> Text:
    """A name or a number: what needs no escaping in JSON, so that the planner writes it as it is."""
    return field(Text(**_null(required), **more), zh, en, group, *questions, line=True)


def hidden(column: C, zh: str, en: str) -> C:
    """A column the product keeps for itself: no GraphQL field."""
    return field(column, zh, en, Group.STRUCTURE, public=False)


def veiled(column: C) -> C:
    """The column, hidden like health on the rows that the entity's `veil` names. Q38"""
    vars(column)["_spec"] = replace(spec_of(column), veiled=True)
    return column


def whole(
    zh: str, en: str, group: Group, *questions: int, required: bool = False, bound: Bound | None = None
) -> Integer:
    """A whole number."""
    return field(Integer(**_null(required)), zh, en, group, *questions, bound=bound)


def money(zh: str, en: str, group: Group, *questions: int, required: bool = False, bound: Bound = AMOUNT) -> Numeric:
    """An amount in CNY with two decimals; never a float. RULES §0"""
    return field(Numeric(digits=(14, 2), **_null(required)), zh, en, group, *questions, bound=bound)


def quantity(zh: str, en: str, group: Group, *questions: int) -> Numeric:
    """A measured quantity with two decimals: an area in mu or square metres."""
    return field(Numeric(digits=(10, 2), **_null(False)), zh, en, group, *questions, bound=AMOUNT)


def day(zh: str, en: str, group: Group, *questions: int, required: bool = False) -> Date:
    """A calendar day in Asia/Shanghai. RULES §0"""
    return field(Date(**_null(required)), zh, en, group, *questions, bound=DAY)


def moment(zh: str, en: str, group: Group, *questions: int, required: bool = False) -> Timestamptz:
    """The moment something was recorded."""
    return field(Timestamptz(**_null(required)), zh, en, group, *questions)


def flag(zh: str, en: str, group: Group, *questions: int, required: bool = False) -> Boolean:
    """Yes, no, or not recorded."""
    return field(Boolean(**_null(required)), zh, en, group, *questions)


def word(words: type[Word], zh: str, en: str, group: Group, *questions: int, required: bool = False) -> Text:
    """A member of a closed vocabulary, stored by its name; the database CHECKs it."""
    return field(Text(**_null(required)), zh, en, group, *questions, words=words)


def coded(codes: str, zh: str, en: str, group: Group, *questions: int, required: bool = False) -> Text:
    """A code of an open code list."""
    return field(Text(**_null(required)), zh, en, group, *questions, codes=codes)


def coded_many(codes: str, zh: str, en: str, group: Group, *questions: int) -> Array:
    """Several codes of an open code list."""
    return field(Array(Text(), **_null(False)), zh, en, group, *questions, codes=codes)


def texts(zh: str, en: str, group: Group, *questions: int) -> Array:
    """Several codes of ours."""
    return field(Array(Text(), **_null(False)), zh, en, group, *questions)


def to_one(
    target: Any, zh: str, en: str, *questions: int, group: Group = Group.STRUCTURE, required: bool = False
) -> Any:
    """A to-one relation: the foreign key, and the GraphQL field that follows it."""
    column = ForeignKey(references=target, on_delete=OnDelete.restrict, null=not required, default=None)
    return field(column, zh, en, group, *questions)


def itself(zh: str, en: str, *questions: int) -> Any:
    """A to-one relation to another row of the same table."""
    column: Any = ForeignKey("self", on_delete=OnDelete.restrict, null=True, default=None)
    return field(column, zh, en, Group.STRUCTURE, *questions)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal identifier: ciphertext, blind index for exact search, and the masked form that is read. Q38"""

    zh: str
    en: str
    group: Group
    questions: tuple[int, ...]

    def columns(self, name: str) -> dict[str, Column]:
        """The three columns it stands for; only the masked one is a field, under the identifier's own name."""
        return {
            f"{name}_sealed": hidden(Bytea(**_null(False)), f"{self.zh}（密文）", f"{self.en} Ciphertext."),
            f"{name}_index": hidden(Bytea(**_null(False)), f"{self.zh}（索引）", f"{self.en} Blind index."),
            f"{name}_masked": line(self.zh, self.en, self.group, *self.questions),
        }


def sealed(zh: str, en: str, group: Group, *questions: int) -> Sealed:
    """A sealed identifier: stored encrypted, shown masked, found by exact match, revealed on record. Q38"""
    return Sealed(zh, en, group, questions)


@dataclass(frozen=True, slots=True)
class Many:
    """A reverse relation as a plain list: naturally few. `via` is text, so entity files never import each other.

    `absent` names a column of this table that is null as long as there are none: they need not be looked for then.
    """

    via: str
    zh: str
    en: str
    questions: tuple[int, ...] = ()
    expect: int = 4
    absent: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A reverse relation as a Relay connection: may be many."""

    via: str
    zh: str
    en: str
    questions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """A list of the steps the caller's post may take on the row in its state. DESIGN §10"""

    zh: str
    en: str
    questions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A field worked out in SQL from columns of its own row; `{t}` stands for the row. `like` names its scalar."""

    sql: str
    like: str
    zh: str
    en: str
    group: Group
    questions: tuple[int, ...] = ()


class Entity(Table):
    """A table that is also a GraphQL type.

    `policy_kind` is what policy rows call it. A row is *placed* by tier columns of its own, or inherits the place of
    the row its `anchor` foreign key leads to; an entity with neither is placed nowhere (the nation's). A *view* is
    made by a migration of its own and only read; one that is `part` of another row is found by that row alone.
    `veil` is the SQL condition, over `{t}`, of the rows whose veiled columns belong to the health group.
    """

    registry: ClassVar[dict[str, type["Entity"]]] = {}
    policy_kind: ClassVar[Kind]
    anchor: ClassVar[str | None] = None
    sealed: ClassVar[dict[str, Sealed]] = {}
    view: ClassVar[bool] = False
    part: ClassVar[bool] = False
    veil: ClassVar[str | None] = None

    id = field(BigSerial(primary_key=True), "标识", "Global identifier.", Group.STRUCTURE)

    def __init_subclass__(
        cls, *, kind: Kind | None = None, anchor: str | None = None, view: bool = False, **kwargs: Any
    ) -> None:
        cls.view = view
        cls.sealed = {name: value for name, value in vars(cls).items() if isinstance(value, Sealed)}
        for name, identifier in cls.sealed.items():
            delattr(cls, name)
            for column_name, column in identifier.columns(name).items():
                setattr(cls, column_name, column)
        super().__init_subclass__(**kwargs)
        if kind is not None:
            cls.policy_kind, cls.anchor = kind, anchor
            Entity.registry[cls.__name__] = cls


def _tier(zh: str) -> Text:
    return hidden(
        Text(**_null(False), index=False), f"{zh}级责任单位代码", "Code of the responsible unit at this tier."
    )


class Placed:
    """A row that carries the code of its responsible unit at every tier; NULL where the tier is absent. Q16"""

    province = _tier("省")
    city = _tier("市")
    county = _tier("县")
    township = _tier("乡")
    village = _tier("村")


TIER_COLUMNS = ("province", "city", "county", "township", "village")
