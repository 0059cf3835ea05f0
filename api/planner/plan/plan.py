"""计划 Selection × access → plan: what is asked, cut down to what may be read, as frozen nodes.

Rejected here: a filter or an order by a field the subject may never see (FIELD_HIDDEN), contradictory paging.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.access.formula.formula import FALSE, TRUE, Formula
from api.errors import Problem, Term
from api.planner.document.selection import Reader, SelectedField
from api.planner.errors import BAD_PAGE, FIELD_HIDDEN
from api.planner.plan.available import available
from api.planner.plan.nodes import Body, Cell, Condition, Item, Listing, Literal, Page, PageItem, Paging, Single
from api.planner.plan.permit import Permit, Rights, below
from api.planner.values import ABSENT, Decider, Value, argument
from api.rules.words.vocabulary import Group
from api.schema.available_step import AvailableStep
from api.schema.catalogue import Field, ToMany, ToOne, catalogue
from api.schema.filters import Filter, InForce, Region, Through

ALWAYS, SOME = "ALWAYS", "SOME"


@dataclass(slots=True)
class Planner:
    """Plans one operation for one role; collects the paths it masks."""

    reader: Reader
    rights: Rights
    decide: Callable[[Decider], Any]
    masked: dict[str, str] = field(default_factory=dict)

    def body(self, permit: Permit, fields: Sequence[SelectedField], path: str) -> Body:
        """An object of the permit's type."""
        return Body(
            permit, tuple((selected.key, self._item(permit, selected, f"{path}.{selected.key}")) for selected in fields)
        )

    def _item(self, permit: Permit, selected: SelectedField, path: str) -> Item:
        if selected.name == "__typename":
            return Literal(f'"{permit.type.name}"')
        if selected.name in permit.type.fields:
            return self._cell(permit, permit.type.fields[selected.name], path)
        if selected.name in permit.type.steps:
            return available(self.rights, permit, self.reader.below(AvailableStep.__name__, selected))
        relation = permit.type.relations[selected.name]
        if isinstance(relation, ToMany) and relation.paged:
            return self.page(below(self.rights, permit, catalogue()[relation.target]), selected, path, relation, permit)
        target = below(self.rights, permit, catalogue()[relation.target])
        inside = self.body(target, self.reader.below(relation.target, selected), path)
        if isinstance(relation, ToOne):
            return Single(relation, inside)
        return Listing(relation, inside, self.argument(permit.type.name, selected, "first"))

    def _cell(self, permit: Permit, field: Field, path: str) -> Item:
        visible = permit.visible(self.rights, field.spec.group)
        veiled = permit.visible(self.rights, Group.HEALTH) if field.spec.veiled else None
        if all(formula == TRUE for formula in (*visible, *(veiled or ()))):
            return Cell(field, visible)
        never = all(formula == FALSE for formula in visible)
        self.masked[path] = ALWAYS if never else SOME
        return Literal("null") if never else Cell(field, visible, veiled)

    def page(
        self,
        permit: Permit,
        selected: SelectedField,
        path: str,
        relation: ToMany | None = None,
        parent: Permit | None = None,
    ) -> Page:
        """A connection field; its arguments are read off `asked`."""
        owner = parent.type.name if parent else "Query"
        paging = self._paging(permit, selected, owner)
        conditions = self._conditions(permit, self.argument(owner, selected, "filter"))
        connection = f"{permit.type.name}Connection"
        items = tuple(
            self._page_item(permit, part, f"{path}.{part.key}") for part in self.reader.below(connection, selected)
        )
        return Page(permit, relation, conditions, paging, items)

    def argument(self, parent: str, selected: SelectedField, name: str) -> Value | None:
        """An argument of a field of the type `parent`."""
        return argument(self.reader.schema, parent, selected.node, name, self.reader.variables)

    def _page_item(self, permit: Permit, selected: SelectedField, path: str) -> PageItem:
        name = permit.type.name
        match selected.name:
            case "edges":
                parts = tuple(
                    (part.key, part.name, self._edge_body(permit, part, f"{path}.{part.key}"))
                    for part in self.reader.below(f"{name}Edge", selected)
                )
                return PageItem(selected.key, "edges", parts)
            case "nodes":
                body = self.body(permit, self.reader.below(name, selected), path)
                return PageItem(selected.key, "nodes", (("", "node", body),))
            case "pageInfo":
                return PageItem(
                    selected.key,
                    "pageInfo",
                    tuple((part.key, part.name, None) for part in self.reader.below("PageInfo", selected)),
                )
            case _:
                return PageItem(selected.key, selected.name)

    def _edge_body(self, permit: Permit, selected: SelectedField, path: str) -> Body | None:
        if selected.name != "node":
            return None
        return self.body(permit, self.reader.below(permit.type.name, selected), path)

    def _paging(self, permit: Permit, selected: SelectedField, owner: str) -> Paging:
        first, last = self.argument(owner, selected, "first"), self.argument(owner, selected, "last")
        if first is not None and last is not None:
            raise Problem(BAD_PAGE, expected="first | last, not both")
        order = self.argument(owner, selected, "order")
        by = order.now["by"].name if order else "ID"
        descending = bool(order and order.now.get("direction") and order.now["direction"].name == "DESC")
        declared = permit.type.orders[by]
        if declared.column is not None:
            column = permit.type.by_column[declared.column]
            if not all(formula == TRUE for formula in permit.visible(self.rights, column.spec.group)):
                raise Problem(FIELD_HIDDEN, field=_field(permit, column))
        after, before = self.argument(owner, selected, "after"), self.argument(owner, selected, "before")
        return Paging(declared, descending, first, last, after, before)

    def _conditions(self, permit: Permit, value: Value | None) -> tuple[Condition, ...]:
        conditions = []
        for name, declared in permit.type.filters.items():
            part = value.part(name) if value is not None else None
            if part is None and isinstance(declared, InForce) and declared.standing:
                part = ABSENT
            if part is not None:
                conditions.append(Condition(declared, part, self._filterable(permit, declared)))
        return tuple(conditions)

    def _filterable(self, permit: Permit, declared: Filter) -> tuple[Formula, ...]:
        if isinstance(declared, Region):
            return (TRUE,) * len(permit.arms)
        if isinstance(declared, Through):
            return self._through(permit, declared)
        column = permit.type.by_column[declared.column]
        visible = permit.visible(self.rights, column.spec.group)
        if visible and all(formula == FALSE for formula in visible):
            raise Problem(FIELD_HIDDEN, field=_field(permit, column))
        return visible

    def _through(self, permit: Permit, declared: Through) -> tuple[Formula, ...]:
        """The condition for seeing the column at the end of the path: every row on the way, and its group."""
        visible: list[Formula] = [TRUE] * len(permit.arms)
        way = permit
        for step in (declared.first, declared.second):
            if step:
                way = below(self.rights, way, catalogue()[step.partition(".")[0]])
                visible = [_both(formula, arm.condition) for formula, arm in zip(visible, way.arms, strict=True)]
        column = way.type.by_column[declared.column]
        visible = [
            _both(formula, group)
            for formula, group in zip(visible, way.visible(self.rights, column.spec.group), strict=True)
        ]
        if visible and all(formula == FALSE for formula in visible):
            raise Problem(FIELD_HIDDEN, field=_field(way, column))
        return tuple(visible)


def _both(left: Formula, right: Formula) -> Formula:
    # a condition on a row along the way is about that row, not about this one: only plain answers can be joined
    return TRUE if left == TRUE and right == TRUE else FALSE


def _field(permit: Permit, column: Field) -> Term:
    name = f"{permit.type.name}.{column.name}"
    return Term(name, column.spec.zh, name)
