"""条件 Formulas and filters as SQL: which rows, and on which rows a field is visible.

A formula's atoms are total, so `NOT` is rendered as `IS NOT TRUE`. A row hanging on a household is placed where
the household is; tables that carry the tier columns themselves are asked directly, so that indexes lead.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from api.access.formula.formula import (
    FALSE,
    TRUE,
    And,
    Constant,
    Cooperating,
    Formula,
    Not,
    Or,
    Own,
    Sector,
    State,
    Subtree,
    Within,
)
from api.planner.plan.nodes import Condition
from api.planner.plan.permit import Arm, Facts
from api.planner.sql.binder import Binder, quoted
from api.planner.values import Value
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Kind, Tier
from api.schema.catalogue import Type, catalogue
from api.schema.filters import Among, InForce, Open, Overdue, Prefix, Region, Since, Through, Until

TIERS: dict[Tier, str] = {tier: tier.name.lower() for tier in Tier if tier is not Tier.NATIONAL}


class Place:
    """The place of a row, as SQL over its alias, seen from a post of one tier."""

    def __init__(self, type_: Type, alias: str, home: Tier, binder: Binder) -> None:
        self.type, self.alias, self.home, self.binder = type_, alias, home, binder

    def tier(self, tier: Tier) -> str:
        """The code of the row's unit at a tier; every row is the nation's."""
        if tier is Tier.NATIONAL:
            return quoted(NATION)
        column = TIERS[tier]
        if self.type.placed:
            return f'{self.alias}."{column}"'
        if self.type.anchor:
            return f'(select a."{column}" from household a where a.id = {self._household()})'
        return "null::text"

    def cooperating(self) -> str:
        """The code of the cooperating unit at the subject's tier; at the nation's, whether there is one."""
        if self.home is Tier.NATIONAL:
            provincial = Place(self.type, self.alias, Tier.PROVINCE, self.binder).cooperating()
            return f"(case when {provincial} is not null then {quoted(NATION)} end)"
        column = f"cooperating_{TIERS[self.home]}"
        if self.type.name == "Household":
            return f'{self.alias}."{column}"'
        if self.type.anchor:
            return f'(select a."{column}" from household a where a.id = {self._household()})'
        return "null::text"

    def _households_by_cooperating(self) -> str:
        if self.type.name == "Household" or not self.type.anchor or self.home is Tier.NATIONAL:
            return self._atom(Cooperating())
        column = f"cooperating_{TIERS[self.home]}"
        households = f'select a.id from household a where a."{column}" = {self.binder.home()}'
        return f"{self.alias}.household = any(array({households}))"  # a join would walk all rows in the page's order

    def _household(self) -> str:
        return f"{self.alias}.id" if self.type.name == "Household" else f"{self.alias}.household"

    def sql(self, formula: Formula) -> str:
        """A formula as an SQL condition that is never NULL under a NOT."""
        match formula:
            case Constant():
                return "true" if formula.value else "false"
            case And():
                return "(" + " and ".join(self._parts(formula.parts, _excluded, "(({}) is not true)")) + ")"
            case Or():
                return "(" + " or ".join(self._parts(formula.parts, _named, "{}")) + ")"
            case Not():
                # `is not true`, since NOT of NULL is NULL: a denial whose column is empty would hide every row
                return f"(({self.sql(formula.part)}) is not true)"
            case _:
                return self._atom(formula)

    def _parts(self, parts: Sequence[Formula], unit: Callable[[Formula], str | None], constant: str) -> Iterator[str]:
        # Units of one tier are one look-up in a list, however many rows name them.
        units: dict[Tier, list[str]] = {}
        for part in parts:
            code = unit(part)
            if code is None:
                yield self.sql(part)
            else:
                units.setdefault(tier_of(code), []).append(code)
        for tier, codes in units.items():
            yield constant.format(self._within(tier, tuple(codes)))

    def _within(self, tier: Tier, codes: tuple[str, ...]) -> str:
        if len(codes) == 1:
            return f"{self.tier(tier)} = {quoted(codes[0])}"
        listed = self.binder.bind(lambda *_: list(codes), "text[]", ("units", codes))
        return f"{self.tier(tier)} = any({listed})"

    def _atom(self, formula: Formula) -> str:
        match formula:
            case Subtree():
                return f"{self.tier(self.home)} = {self.binder.home()}"
            case Own():
                return self._own()
            case Cooperating():
                return f"{self.cooperating()} = {self.binder.home()}"
            case Sector():
                return self._sector()
            case State():
                return self._state(formula)
            case Within():
                return self._within(tier_of(formula.unit), (formula.unit,))
            case _:
                raise LookupError(f"{type(formula).__name__} has no SQL for {self.type.name}")

    def _own(self) -> str:
        deeper = [tier for tier in TIERS if list(Tier).index(tier) > list(Tier).index(self.home)]
        absent = "".join(f" and {self.tier(tier)} is null" for tier in deeper)
        return f"({self.tier(self.home)} = {self.binder.home()}{absent})"

    def _sector(self) -> str:
        if not self.type.household:
            return "false"
        department = self.binder.bind(lambda _, subject: subject.department.name, "text", "department")
        return (
            f"exists (select 1 from involvement v where v.household = {self._household()}"
            f" and v.department = {department})"
        )

    def _state(self, formula: State) -> str:
        words = ",".join(quoted(word) for word in sorted(formula.words))
        # never NULL: a row without a state is in none of them, also under a NOT
        return f"coalesce({self._state_column()} in ({words}), false)"

    def _state_column(self) -> str:
        """The state policy rows mean: that of a risk's case, of a row's version, of a household's newest case."""
        if self.type.kind is Kind.HOUSEHOLD and self.type.name != "Household":
            return f"(select a.monitoring_state from household a where a.id = {self._household()})"
        if self.type.kind is Kind.CASE and self.type.name != "MonitoringCase":
            return f"(select c.state from monitoring_case c where c.id = {self.alias}.monitoring_case)"
        if self.type.kind is Kind.POLICY and self.type.name != "PolicyVersion":
            return f"(select v.state from policy_version v where v.id = {self.alias}.policy_version)"
        column = "monitoring_state" if self.type.name == "Household" else "state"
        return f"{self.alias}.{column}" if column in self.type.by_column else "null::text"

    def facts(self, facts: Facts, *, leading: bool = False) -> list[str]:
        """Conditions that put a row into an arm; `leading` when they find rows, not test one."""
        conditions = []
        for atom, holds in facts:
            if holds and leading and isinstance(atom, Cooperating):
                conditions.append(self._households_by_cooperating())
            elif holds:
                conditions.append(self._atom(atom))
            elif isinstance(atom, Subtree):
                conditions.append(f"{self.tier(self.home)} is distinct from {self.binder.home()}")
            else:
                conditions.append(f"(({self._atom(atom)}) is not true)")
        return conditions

    def arm(self, arm: Arm) -> list[str]:
        """All conditions of an arm."""
        rest = [] if arm.condition == TRUE else [self.sql(arm.condition)]
        return [*self.facts(arm.facts), *rest]

    def visible(self, formulas: Sequence[Formula], arm_sql: str | None) -> str:
        """The condition under which something is visible, given the row's arm; `true` when it always is."""
        if all(formula == TRUE for formula in formulas):
            return "true"
        if arm_sql is None and len(formulas) > 1:
            raise LookupError("a row reached by several arms must say by which")
        parts = []
        for index, formula in enumerate(formulas):
            if formula == FALSE:
                continue
            here = [] if arm_sql is None else [f"{arm_sql} = {index}"]
            parts.append(" and ".join(here + ([] if formula == TRUE else [self.sql(formula)])) or "true")
        return "(" + " or ".join(f"({part})" for part in parts) + ")" if parts else "false"


def _named(formula: Formula) -> str | None:
    return formula.unit if isinstance(formula, Within) else None


def _excluded(formula: Formula) -> str | None:
    return _named(formula.part) if isinstance(formula, Not) else None


def filter_sql(place: Place, condition: Condition) -> str:
    """A filter on columns of the row, or of rows that hang on it."""
    declared, value, binder = condition.filter, condition.value, place.binder
    match declared:
        case Through():
            return _through(place, declared, value)
        case Among():
            field = place.type.by_column[declared.column]
            return _among(f'{place.alias}."{declared.column}"', field.scalar.cast, value, binder)
        case Prefix():
            # a range, not LIKE: under collation "C" it is one range of the index, and no character is a wildcard
            low = binder.bind(lambda variables, _: value.get(variables), "text", ("low", id(value)))
            high = binder.bind(lambda variables, _: value.get(variables) + chr(0x10FFFF), "text", ("high", id(value)))
            return f'({place.alias}."{declared.column}" >= {low} and {place.alias}."{declared.column}" < {high})'
        case Since() | Until():
            sign = ">=" if isinstance(declared, Since) else "<="
            day = binder.bind(lambda variables, _: value.get(variables), "date", ("day", id(value)))
            return f'{place.alias}."{declared.column}" {sign} {day}'
        case Overdue():
            alias, (among, word) = place.alias, declared.among
            day = binder.bind(lambda variables, _: value.get(variables), "date", ("day", id(value)))
            late = f'{alias}."{declared.column}" < {day} and {alias}."{declared.met}" is null'
            return f'({late} and {alias}."{among}" = {quoted(word)})'
        case Open():
            # the value is in the statement: a bound one would hide the partial index of open rows
            return f'{place.alias}."{declared.column}" is {"" if value.now else "not "}null'
        case InForce():
            return _in_force(place.alias, declared, value, binder)
        case Region():
            raise LookupError("a region is rendered with its arm")


def _in_force(alias: str, declared: InForce, value: Value, binder: Binder) -> str:
    begins, ends = f'{alias}."{declared.begins}"', f'{alias}."{declared.column}"'
    if value.now is None:
        return f"{ends} is null"
    day = binder.bind(lambda variables, _: value.get(variables), "date", ("day", id(value)))
    return f"({begins} <= {day} and ({ends} is null or {ends} >= {day}))"


def _among(column: str, cast: str, value: Value, binder: Binder) -> str:
    def plain(item: Any) -> Any:
        return getattr(item, "name", item)

    if len(value.now) == 1:
        # an equality keeps the order of the index's later columns, which `= any(list)` does not
        single = binder.bind(lambda variables, _: plain(value.get(variables)[0]), cast, ("single", id(value)))
        return f"{column} = {single}"
    several = binder.bind(
        lambda variables, _: list(dict.fromkeys(plain(item) for item in value.get(variables))),
        f"{cast}[]",
        ("any", id(value)),
    )
    return f"{column} = any({several})"


def _through(place: Place, declared: Through, value: Value) -> str:
    outer, inner = place.binder.alias("f"), place.binder.alias("g")
    first, _, first_key = declared.first.partition(".")
    table = catalogue()[first].table
    if not declared.second:
        end = _among(f'{outer}."{declared.column}"', "text", value, place.binder)
        return f'exists (select 1 from {table} {outer} where {outer}."{first_key}" = {place.alias}.id and {end})'
    second, _, second_key = declared.second.partition(".")
    end = _among(f'{inner}."{declared.column}"', "text", value, place.binder)
    return (
        f"exists (select 1 from {table} {outer} join {catalogue()[second].table} {inner}"
        f' on {inner}."{second_key}" = {outer}.id where {outer}."{first_key}" = {place.alias}.id and {end})'
    )
