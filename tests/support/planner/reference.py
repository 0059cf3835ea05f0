"""Plain resolvers over rows in memory, each row and field decided by Casbin: what every planned answer must equal."""

import base64
import datetime
import decimal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema, graphql_sync, is_object_type

from api.access.policy import Policy
from api.access.request import ObjectFacts
from api.access.role import role_named
from api.access.subject import Subject
from api.rules.checks.field_library import ALL_CHECKS
from api.rules.privacy.revealing import LIVELIHOOD, LIVELIHOOD_WORDING, PUBLIC_THEMES, reveals
from api.rules.units import tier_of
from api.rules.words.vocabulary import Department, Group, Kind
from api.schema.catalogue import ToOne, Type, catalogue
from api.schema.filters import Among, InForce, Open, Overdue, Prefix, Region, Since, Through, Until
from api.workflow.registry import steps
from tests.support.planner.startable import startable
from tests.support.planner.world import TIERS, World

INFINITY = datetime.date.max
PLACE = "place of the parent"
POINTS = {"propose": "none", "review": "proposed", "decide": "reviewed", "execute": "decided"}


class Brute:
    """Answers queries for one subject by looking at every row."""

    def __init__(self, world: World, policy: Policy, subject: Subject, sdl: str) -> None:
        self.world, self.policy, self.subject = world, policy, subject
        self.role = role_named(subject.role)
        self.decided: dict[Any, bool] = {}
        self.by_id = {table: {row["id"]: row for row in rows} for table, rows in world.tables.items()}
        self.schema = self._schema(sdl)

    def answer(self, query: str, variables: dict[str, Any]) -> tuple[Any, list[str]]:
        """The data, and the codes of the errors."""
        result = graphql_sync(self.schema, query, variable_values=variables)
        return result.data, [str((error.extensions or {}).get("code", error.message)) for error in result.errors or ()]

    # -- who may see what, one object at a time

    def allowed(self, action: str, type_: Type, row: Any) -> bool:
        key = (action, type_.kind, self._facts(type_, row))
        if key not in self.decided:
            self.decided[key] = self.policy.enforce(self.role, self.subject.home, action, type_.kind, key[2])
        return self.decided[key]

    def _facts(self, type_: Type, row: Any) -> ObjectFacts:
        home = (
            row
            if type_.name == "Household"
            else self.by_id["household"].get(row["household"])
            if type_.anchor
            else None
        )
        placed = row if type_.placed else home or row.get(PLACE)
        path = ("0", *(placed[tier] for tier in TIERS if placed[tier])) if placed else ("0",)
        if home is None:
            return ObjectFacts(path, (), frozenset(), self._state(type_, row, home))
        cooperating = tuple(home[f"cooperating_{tier}"] for tier in TIERS if home[f"cooperating_{tier}"])
        sectors = frozenset(
            Department[row["department"]] for row in self.world.tables["involvement"] if row["household"] == home["id"]
        )
        return ObjectFacts(path, ("0", *cooperating) if cooperating else (), sectors, self._state(type_, row, home))

    def _state(self, type_: Type, row: Any, home: Any) -> str | None:
        if type_.kind is Kind.HOUSEHOLD:
            return home["monitoring_state"]  # type: ignore[no-any-return]
        if type_.name == "Risk":
            return self.by_id["monitoring_case"][row["monitoring_case"]]["state"]  # type: ignore[no-any-return]
        return row.get("state") if type_.kind is not Kind.OFFICIAL else None  # type: ignore[no-any-return]

    def visible(self, type_: Type, row: Any) -> bool:
        return row is not None and self.allowed("read", type_, row)

    def shows(self, type_: Type, row: Any, group: Group) -> bool:
        return group is Group.STRUCTURE or self.allowed(f"view.{group.name.lower()}", type_, row)

    def rows(self, type_: Type) -> list[Any]:
        return [row for row in self.world.tables[type_.table] if self.visible(type_, row)]

    # -- resolvers

    def _schema(self, sdl: str) -> GraphQLSchema:
        schema = build_schema(sdl)
        for name in ("Decimal", "Date", "DateTime"):
            scalar = schema.type_map[name]
            assert isinstance(scalar, GraphQLScalarType)
            scalar.serialize = str  # type: ignore[method-assign]
        for type_ in catalogue().values():
            fields = schema.type_map[type_.name].fields  # type: ignore[union-attr]
            for name, field in fields.items():
                field.resolve = self._field(type_, name)
        for name, field in schema.query_type.fields.items():  # type: ignore[union-attr]
            field.resolve = self._root(name)
        for graphql_type in schema.type_map.values():
            if is_object_type(graphql_type) and graphql_type.name.endswith(("Connection", "Edge", "PageInfo")):
                for name, field in graphql_type.fields.items():
                    field.resolve = lambda page, _, key=name: page[key]
        schema.type_map["Node"].resolve_type = lambda node, *_: node[0].name  # type: ignore[union-attr]
        return schema

    def _field(self, type_: Type, name: str) -> Callable[..., Any]:
        if name in type_.relations:
            return self._relation(type_, name)
        if name in type_.steps:
            return lambda node, _: self._available(type_, node[1])
        field = type_.fields[name]

        def resolve(node: Any, _: Any) -> Any:
            row = node[1]
            if name == "id":
                return global_id(type_.name, row["id"])
            if not self.shows(type_, row, field.spec.group):
                return None
            if field.spec.veiled and reveals(row["theme"], row["item"]) and not self.shows(type_, row, Group.HEALTH):
                return None
            return plain(COMPUTED[name](row) if field.column is None else row[field.column])

        return resolve

    def _available(self, type_: Type, row: Any) -> list[dict[str, str]]:
        """Every step whose state the row is in and which Casbin lets this post take, as `perform` asks it."""
        return [
            {"step": action, "mutation": workflow.mutation(step), "zh": step.zh, "en": step.en}
            for action, (workflow, step) in steps().items()
            if startable(type_, row, workflow, step) and self._may_take(type_, row, action, step.id.verb)
        ]

    def _may_take(self, type_: Type, row: Any, action: str, verb: str | None) -> bool:
        facts = self._facts(type_, row)
        facts = replace(facts, state=row["state"] if type_.name == "Proceeding" else None)
        if verb is not None:
            facts = replace(facts, grant=POINTS[verb])
        kind = Kind.REQUEST if action.startswith("request.") else Kind.PROCEEDING
        locked = [f"{operation}.{verb}" for operation in ("withdraw", "rollback", "safety_net")]
        return any(self._allowed(verb_, kind, facts) for verb_ in (locked if verb else [action]))

    def _allowed(self, action: str, kind: Kind, facts: ObjectFacts) -> bool:
        key = (action, kind, facts)
        if key not in self.decided:
            self.decided[key] = self.policy.enforce(self.role, self.subject.home, action, kind, facts)
        return self.decided[key]

    def _relation(self, type_: Type, name: str) -> Callable[..., Any]:
        relation = type_.relations[name]
        target = catalogue()[relation.target]
        if isinstance(relation, ToOne):

            def to_one(node: Any, _: Any) -> Any:
                row = inherited(node, target, self.by_id[target.table].get(node[1][relation.column]))
                return (target, row) if self.visible(target, row) else None

            return to_one

        def many(node: Any, _: Any, **arguments: Any) -> Any:
            rows = [row for row in self.world.tables[target.table] if row[relation.column] == node[1]["id"]]
            rows = [inherited(node, target, row) for row in rows]
            rows = [row for row in rows if self.visible(target, row)]
            if relation.paged:
                return self.page(target, rows, **arguments)
            size = arguments.get("first")
            if size is not None and not 0 <= size <= 200:
                raise GraphQLError("page", extensions={"code": "BAD_PAGE"})
            return [(target, row) for row in sorted(rows, key=by_id)][:size]

        return many

    def _root(self, name: str) -> Callable[..., Any]:
        pages = {"units": "Unit", "households": "Household", "monitoringCases": "MonitoringCase", "clues": "Clue"}
        pages |= {
            "thresholds": "Threshold",
            "deadlines": "Deadline",
            "officials": "Post",
            "appointments": "Appointment",
        }
        if name in pages:
            target = catalogue()[pages[name]]
            return lambda _, __, **arguments: self.page(target, self.rows(target), **arguments)
        return {
            "node": self._node,
            "nodes": self._nodes,
            "household": self._household,
            "unit": self._unit,
            "codeLists": self._code_lists,
            "threshold": self._threshold,
            "caseAsOf": self._case_as_of,
        }.get(name, lambda *_: None)

    def _node(self, _: Any, __: Any, id: str) -> Any:
        type_name, number = base64.urlsafe_b64decode(id + "==").decode().split(":")
        type_ = catalogue()[type_name]
        row = self.by_id[type_.table].get(int(number))
        return (type_, row) if self.visible(type_, row) else None

    def _nodes(self, _: Any, __: Any, ids: list[str]) -> Any:
        return [self._node(None, None, identifier) for identifier in ids]

    def _household(self, _: Any, __: Any, id: str | None = None, number: str | None = None) -> Any:
        if id is not None:
            return self._node(None, None, id)
        return next(
            ((catalogue()["Household"], row) for row in self.rows(catalogue()["Household"]) if row["number"] == number),
            None,
        )

    def _unit(self, _: Any, __: Any, code: str) -> Any:
        type_ = catalogue()["Unit"]
        matching = (row for row in self.rows(type_) if row["code"] == code and row["valid_until"] is None)
        return next(((type_, row) for row in matching), None)

    def _code_lists(self, *_: Any) -> Any:
        type_ = catalogue()["CodeList"]
        return [(type_, row) for row in sorted(self.rows(type_), key=lambda row: row["name"])]

    def _threshold(self, _: Any, __: Any, unit: str, year: int) -> Any:
        type_ = catalogue()["Threshold"]
        path = self.world.units.get(unit, {})
        units = {self.world.unit_id[code] for code in path.values() if code}
        rows = [row for row in self.rows(type_) if row["unit"] in units and row["year"] == year]
        nearest = max(rows, key=lambda row: len(self.by_id["unit"][row["unit"]]["code"]), default=None)
        return (type_, nearest) if nearest else None

    def _case_as_of(self, _: Any, __: Any, id: str, at: str) -> Any:
        type_, moment = catalogue()["CaseMoment"], datetime.datetime.fromisoformat(at)
        case = int(base64.urlsafe_b64decode(id + "==").decode().split(":")[1])
        rows = [row for row in self.rows(type_) if row["monitoring_case"] == case and row["recorded_at"] <= moment]
        newest = max(rows, key=lambda row: row["id"], default=None)
        return (type_, newest) if newest else None

    # -- pages

    def page(
        self,
        type_: Type,
        rows: list[Any],
        *,
        filter: Any = None,
        order: Any = None,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Any:
        if first is not None and last is not None:
            raise GraphQLError("page", extensions={"code": "BAD_PAGE"})
        for size in (first, last):
            if size is not None and not 0 <= size <= 200:
                raise GraphQLError("page", extensions={"code": "BAD_PAGE"})
        matching = [row for row in rows if self._matches(type_, row, filter or {})]
        by = type_.orders[(order or {}).get("by", "ID")]

        def key(row: Any) -> Any:
            if by.column is None:
                return (row["id"],)
            return (INFINITY if row[by.column] is None else row[by.column], row["id"])

        descending = (order or {}).get("direction") == "DESC"
        matching.sort(key=key, reverse=descending)
        low = (
            sum(1 for row in matching if not beyond(key(row), cursor_key(after, by, type_), descending)) if after else 0
        )
        high = (
            sum(1 for row in matching if beyond(cursor_key(before, by, type_), key(row), descending))
            if before
            else len(matching)
        )
        inside = matching[low:high] if low <= high else []
        size = first if first is not None else last if last is not None else 20
        view = inside[-size:] if last is not None and size else inside[:size] if last is None else []
        start = inside.index(view[0]) if view else (len(inside) if last is not None else 0)
        edges = [{"cursor": row["id"], "node": (type_, row)} for row in view]
        info = {
            "hasNextPage": start + len(view) < len(inside) if last is None else high < len(matching),
            "hasPreviousPage": low > 0 if last is None else start > 0,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        }
        return {
            "edges": edges,
            "nodes": [edge["node"] for edge in edges],
            "pageInfo": info,
            "totalCount": len(matching),
            "totalCountIsAtLeast": False,
        }

    def _matches(self, type_: Type, row: Any, wanted: dict[str, Any]) -> bool:
        for declared in type_.filters.values():
            standing = isinstance(declared, InForce) and declared.standing
            if standing and wanted.get(declared.name) is None and row[declared.column] is not None:
                return False
        return all(
            self._match(type_, row, type_.filters[name], value) for name, value in wanted.items() if value is not None
        )

    def _match(self, type_: Type, row: Any, declared: Any, value: Any) -> bool:
        if isinstance(declared, Region):
            return self._in_region(row, value)
        if isinstance(declared, Through):
            return any(end[declared.column] in value for end in self._ends(type_, row, declared))
        field = type_.by_column[declared.column]
        if not self.shows(type_, row, field.spec.group):
            return False
        stored = row[declared.column]
        match declared:
            case Among():
                return stored in value
            case Overdue():
                day, (among, word) = datetime.date.fromisoformat(value), declared.among
                return stored < day and row[declared.met] is None and row[among] == word
            case Open():
                return (stored is None) == value
            case InForce():
                day = datetime.date.fromisoformat(value)
                return row[declared.begins] <= day and (stored is None or stored >= day)
            case Prefix():
                return stored is not None and stored.startswith(value)
            case Since():
                return stored is not None and stored >= datetime.date.fromisoformat(value)
            case Until():
                return stored is not None and stored <= datetime.date.fromisoformat(value)
        raise AssertionError(declared)

    def _in_region(self, row: Any, code: str) -> bool:
        try:
            tier = tier_of(code).name.lower()
        except Exception:
            return False
        return code == "0" if tier == "national" else row[tier] == code

    def _ends(self, type_: Type, row: Any, declared: Through) -> list[Any]:
        rows = [row]
        for step in (declared.first, declared.second):
            if step:
                name, _, column = step.partition(".")
                type_ = catalogue()[name]
                ids = {related["id"] for related in rows}
                rows = [related for related in self.rows(type_) if related[column] in ids]
        return [related for related in rows if self.shows(type_, related, type_.by_column[declared.column].spec.group)]


def inherited(node: Any, target: Type, row: Any) -> Any:
    """The row, where its parent is when it has no place of its own: an account is where the post above it is."""
    parent, above = node
    if row is None or target.placed or target.anchor or target.kind is not parent.kind:
        return row
    return {**row, PLACE: above if parent.placed else above.get(PLACE)}


def by_id(row: Any) -> Any:
    return row["id"]


def global_id(name: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{number}".encode()).decode().rstrip("=")


def beyond(left: Any, right: Any, descending: bool) -> bool:
    """Whether `left` comes after `right` in the order."""
    return left < right if descending else left > right


def cursor_of(row: Any, by: Any) -> str:
    """A cursor on any row, visible or not, as a client may keep one."""
    text = f"{by.name}|{row['id']}"
    if by.column is not None:
        value = row[by.column]
        text += f"|{'infinity' if value is None else value}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_key(cursor: str, by: Any, type_: Type) -> Any:
    _, number, *rest = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|", 2)
    if by.column is None:
        return (int(number),)
    text, cast = rest[0], type_.by_column[by.column].scalar.cast
    if cast == "date":
        return (INFINITY if text == "infinity" else datetime.date.fromisoformat(text), int(number))
    if cast == "timestamptz":
        return (datetime.datetime.fromisoformat(text), int(number))
    return (int(text) if cast == "integer" else text, int(number))


def cursor_id(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")[1]


def plain(value: Any) -> Any:
    match value:
        case datetime.datetime():
            return value.isoformat()
        case datetime.date():
            return value.isoformat()
        case decimal.Decimal():
            return str(value)
    return value


def _income(row: Any) -> decimal.Decimal:
    return decimal.Decimal(
        row["wages"] + row["business"] + row["transfers"] + row["property"] - row["business_expense"]
    )


def _per_capita(row: Any) -> decimal.Decimal | None:
    exact = _income(row) / row["counted"] if row["counted"] else None
    return None if exact is None else exact.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)


COMPUTED: dict[str, Callable[[Any], Any]] = {
    "softLimits": lambda row: [code for code in row["overridden"] or () if code not in ALL_CHECKS] or None,
    "publicTheme": lambda row: LIVELIHOOD if reveals(row["theme"], row["item"]) else row["theme"],
    "publicWording": lambda row: (
        LIVELIHOOD_WORDING if reveals(row["theme"], row["item"]) else PUBLIC_THEMES[row["theme"]]
    ),
    "netIncome": _income,
    "perCapitaNetIncome": _per_capita,
    "outOfPocket": lambda row: row["medical_expense"] + row["education_expense"] + row["disaster_expense"],
}
