"""Random queries over the whole schema: every field, argument, alias, fragment, directive and variable form."""

import random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

from api.schema.catalogue import catalogue
from tests.support.planner.reference import cursor_of, global_id
from tests.support.planner.world import World

ROOTS = (
    "node",
    "nodes",
    "unit",
    "units",
    "household",
    "households",
    "monitoringCases",
    "clues",
    "deadlines",
    "threshold",
    "thresholds",
    "caseAsOf",
    "codeLists",
    "officials",
    "appointments",
)
HOUSEHOLD_TYPES = ("Household", "Member", "Survey", "Clue", "MonitoringCase", "Risk", "Proceeding", "Plan", "Measure")


class Author:
    """Writes one random query with its variables."""

    def __init__(self, seed: int, schema: GraphQLSchema, world: World) -> None:
        self.random, self.schema, self.world = random.Random(seed), schema, world
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []
        self.keys = 0
        self.distinct = False

    def write(self) -> tuple[str, dict[str, Any]]:
        roots = [self._field("Query", self.random.choice(ROOTS), 0) for _ in range(self.random.choice([1, 1, 2, 3]))]
        if self._chance(0.1):
            roots.append("__typename")
        if self._chance(0.2):
            self.fragments.append(f"fragment Root on Query {{ {roots.pop()} }}")
            roots.append("...Root")
        head = f"query Q({', '.join(self.declared)})" if self.declared else "query Q"
        return f"{head} {{ {' '.join(roots)} }} {' '.join(self.fragments)}", self.variables

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _selection(self, type_name: str, depth: int) -> str:
        type_ = self.schema.type_map[type_name]
        if type_name == "Node":
            parts = ["id", "__typename"]
            self.distinct = True  # fields of different types may not share a response key
            chosen = self.random.sample((*HOUSEHOLD_TYPES, "Unit"), 3)
            parts.extend(f"... on {name} {{ {self._selection(name, depth + 1)} }}" for name in chosen)
            self.distinct = False
            return " ".join(parts)
        fields = type_.fields  # type: ignore[union-attr]
        leaves = [name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))]
        branches = [name for name in fields if name not in leaves]
        if type_name.endswith(("Connection", "Edge")) or type_name == "PageInfo":
            chosen = self.random.sample(list(fields), self.random.randint(1, len(fields)))
        else:
            chosen = self.random.sample(leaves, min(len(leaves), self.random.randint(1, 4)))
            if depth < 7 and branches:
                chosen += self.random.sample(branches, min(len(branches), self.random.choice([0, 1, 1, 2])))
        parts = [self._field(type_name, name, depth) for name in chosen]
        if self._chance(0.15):
            parts.append("__typename")
        if self._chance(0.15) and parts:
            parts[0] = f"... {self._directive()} {{ {parts[0]} }}"
        if self._chance(0.12) and parts:
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            self.fragments[int(name[1:])] = f"fragment {name} on {type_name} {{ {' '.join(parts)} }}"
            return f"...{name}" + (f" {parts[-1]}" if self._chance(0.3) else "")
        return " ".join(parts)

    def _field(self, parent: str, name: str, depth: int) -> str:
        field = self.schema.type_map[parent].fields[name]  # type: ignore[union-attr]
        returns = get_named_type(field.type)
        plain = name in ("cursor", "startCursor", "endCursor")
        self.keys += 1
        alias = (
            ""
            if plain or not (self.distinct or self._chance(0.2) or parent == "Query" or field.args)
            else f"{name}{self.keys}: "
        )
        arguments = self._arguments(parent, name, field)
        directive = f" {self._directive()}" if self._chance(0.08) else ""
        if is_leaf_type(returns):
            return f"{alias}{name}{arguments}{directive}"
        return f"{alias}{name}{arguments}{directive} {{ {self._selection(returns.name, depth + 1)} }}"

    def _directive(self) -> str:
        name, value = self.random.choice(["skip", "include"]), self.random.choice([True, False])
        if self._chance(0.5):
            return f"@{name}(if: {str(value).lower()})"
        return f"@{name}(if: {self._variable('Boolean!', value, default=False)})"

    def _variable(self, type_text: str, value: Any, *, default: bool = True) -> str:
        name = f"v{len(self.declared)}"
        if (
            default
            and self._chance(0.2)
            and not type_text.endswith("!")
            and isinstance(value, int | str)
            and "[" not in type_text
        ):
            text = str(value) if isinstance(value, int) else f'"{value}"'
            if type_text in ("Int", "String"):
                self.declared.append(f"${name}: {type_text} = {text}")
                if self._chance(0.3):
                    self.variables[name] = value
                return f"${name}"
        self.declared.append(f"${name}: {type_text}")
        self.variables[name] = value
        return f"${name}"

    def _arguments(self, parent: str, name: str, field: Any) -> str:
        arguments = self._required(parent, name)
        if "first" in field.args:
            size = self.random.choice([0, 1, 2, 3, 7, None])
            which = "last" if "last" in field.args and self._chance(0.35) else "first"
            if size is not None and self._chance(0.8):
                arguments[which] = self._variable("Int", size) if self._chance(0.4) else str(size)
        if "order" in field.args:
            target = get_named_type(field.type).name.removesuffix("Connection")  # type: ignore[union-attr]
            self._paging(target, field, arguments)
        return f"({', '.join(f'{key}: {value}' for key, value in arguments.items())})" if arguments else ""

    def _paging(self, target: str, field: Any, arguments: dict[str, str]) -> None:
        type_ = catalogue()[target]
        by = type_.orders["ID"]
        if self._chance(0.4):
            by = self.random.choice(list(type_.orders.values()))
            direction = self.random.choice(["", ", direction: DESC", ", direction: ASC"])
            if self._chance(0.3):
                value = {"by": by.name, **({"direction": "DESC"} if "DESC" in direction else {})}
                arguments["order"] = self._variable(f"{target}Order", value)
            else:
                arguments["order"] = f"{{by: {by.name}{direction}}}"
        for which in ("after", "before"):
            rows = self.world.tables[type_.table]
            if rows and self._chance(0.2):
                cursor = cursor_of(self.random.choice(rows), by)
                arguments[which] = self._variable("String", cursor) if self._chance(0.5) else f'"{cursor}"'
        if "filter" in field.args and self._chance(0.5):
            self._filter(target, field.args["filter"].type, arguments)

    def _filter(self, target: str, type_: Any, arguments: dict[str, str]) -> None:
        assert isinstance(type_, GraphQLInputObjectType)
        chosen = self.random.sample(list(type_.fields), min(len(type_.fields), self.random.randint(1, 2)))
        values = {name: self._filter_value(name, type_.fields[name].type) for name in chosen}
        if self._chance(0.4):
            arguments["filter"] = self._variable(
                f"{target}Filter",
                {**values, **({"region": None} if "region" in type_.fields and self._chance(0.1) else {})},
            )
            return
        parts = []
        for name, value in values.items():
            inner = type_.fields[name].type
            parts.append(f"{name}: {self._variable(str(inner), value) if self._chance(0.3) else literal(value, inner)}")
        arguments["filter"] = f"{{{', '.join(parts)}}}"

    def _filter_value(self, name: str, type_: Any) -> Any:
        if isinstance(type_, GraphQLList):
            return [self._filter_value(name, type_.of_type) for _ in range(self.random.choice([1, 1, 2, 3]))]
        if isinstance(type_, GraphQLNonNull):
            return self._filter_value(name, type_.of_type)
        if isinstance(type_, GraphQLEnumType):
            return self.random.choice(list(type_.values))
        if name == "region":
            return self.random.choice([*self.world.units, "99", "50X", "5001100", "", "0"])
        match type_.name:
            case "Boolean":
                return self.random.choice([True, False])
            case "Int":
                return self.random.choice([2025, 2026])
            case "Date":
                return self.random.choice(["2026-05-15", "2026-06-15", "2025-03-10"])
        return self.random.choice(["张", "李", "县", "A", "HOUSING", "ILLNESS", "50", "500110"])

    def _required(self, parent: str, name: str) -> dict[str, str]:
        if parent != "Query":
            return {}
        match name:
            case "node":
                return {"id": self._text("ID!", self._id())}
            case "nodes":
                ids = [self._id() for _ in range(self.random.choice([1, 2, 4]))]
                return {"ids": self._variable("[ID!]!", ids) if self._chance(0.5) else literal(ids, None)}
            case "unit":
                return {"code": self._text("String!", self.random.choice([*self.world.units, "99"]))}
            case "threshold":
                year = str(self.random.choice([2025, 2026]))
                return {"unit": self._text("String!", self.random.choice(list(self.world.units))), "year": year}
            case "caseAsOf":
                case = self.random.choice(self.world.tables["monitoring_case"])["id"]
                at = self.random.choice(
                    ["2026-05-29T00:00:00+00:00", "2026-05-30T00:00:00+00:00", "2030-01-01T00:00:00Z"]
                )
                return {"id": self._text("ID!", global_id("MonitoringCase", case)), "at": self._text("DateTime!", at)}
            case "household":
                rows = self.world.tables["household"]
                row = self.random.choice(rows)
                if row["number"] and self._chance(0.5):
                    return {"number": self._text("String", row["number"])}
                return {"id": self._text("ID", global_id("Household", row["id"]))}
        return {}

    def _text(self, type_text: str, value: str) -> str:
        return self._variable(type_text, value, default=False) if self._chance(0.5) else f'"{value}"'

    def _id(self) -> str:
        name = self.random.choice((*HOUSEHOLD_TYPES, "Unit", "Post", "Threshold", "Appointment"))
        rows = self.world.tables[catalogue()[name].table]
        return global_id(name, self.random.choice(rows)["id"] if self._chance(0.95) else 999_999)


def literal(value: Any, type_: Any) -> str:
    """A value as GraphQL text; enum members without quotes."""
    if isinstance(value, list):
        inner = getattr(type_, "of_type", None)
        return f"[{', '.join(literal(value, inner) for value in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or (type_ is not None and isinstance(get_named_type(type_), GraphQLEnumType)):
        return str(value)
    return f'"{value}"'
