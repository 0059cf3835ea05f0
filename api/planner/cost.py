"""成本 The cost of a read, computed from its list arguments before it runs: how many objects it may write at most."""

from collections.abc import Callable, Sequence
from typing import Any

from api.planner.identifiers import LARGEST_NODES
from api.planner.plan.nodes import AllRows, Available, Body, Listing, Page, RowByCondition, RowsByIds, Single
from api.planner.values import Value, Variables
from api.schema.paging import COUNT_BOUND, DEFAULT_PAGE, LARGEST_PAGE

MOST = 20_000
_COUNTING = COUNT_BOUND // 100  # a count touches index entries only, far cheaper than an object

Cost = Callable[[Variables], int]


def cost_of(roots: Sequence[Any]) -> Cost:
    """The cost as a function of the variables; a constant where the document holds every size itself."""
    parts = [_cost(root) for root in roots]
    if len(parts) == 1 and not isinstance(parts[0], int):
        return parts[0]
    if all(isinstance(part, int) for part in parts):
        total = sum(parts)  # type: ignore[arg-type]
        return lambda _: total
    return lambda variables: sum(_number(part, variables) for part in parts)


def _cost(node: Any) -> int | Cost:
    match node:
        case Body():
            return _sum(1, [_cost(item) for _, item in node.items])
        case Single() | RowByCondition():
            return _cost(node.body)
        case Listing():
            return _times(node.first, node.relation.expect, _cost(node.body))
        case AllRows():
            return _times(None, DEFAULT_PAGE, _cost(node.body))
        case RowsByIds():
            return _times(None, 1 if node.single else LARGEST_NODES, _sum(0, [_cost(body) for body in node.bodies]))
        case Page():
            bodies = [_cost(body) for item in node.items for _, _, body in item.parts if body is not None]
            counting = _COUNTING if any(item.name.startswith("totalCount") for item in node.items) else 0
            return _sum(counting, [_times(node.paging.first or node.paging.last, DEFAULT_PAGE, _sum(1, bodies))])
        case Available():
            return 1
        case _:
            return 0


def _number(cost: int | Cost, variables: Variables) -> int:
    return cost if isinstance(cost, int) else cost(variables)


def _sum(base: int, parts: Sequence[int | Cost]) -> int | Cost:
    fixed = base + sum(part for part in parts if isinstance(part, int))
    varying = [part for part in parts if not isinstance(part, int)]
    if not varying:
        return fixed
    return lambda variables: fixed + sum(part(variables) for part in varying)


def _times(size: Value | None, otherwise: int, unit: int | Cost) -> int | Cost:
    if (size is None or size.fixed) and isinstance(unit, int):
        return (otherwise if size is None else _bounded(size.now)) * unit
    if size is None:
        return lambda variables: otherwise * _number(unit, variables)
    get = size.get
    return lambda variables: _bounded(get(variables)) * _number(unit, variables)


def _bounded(size: int) -> int:
    return max(0, min(size, LARGEST_PAGE))
