"""来源 The ways to a page's rows: one per arm at the root, one along the foreign key of a related row."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.access.formula.formula import FALSE, TRUE
from api.access.subject import Subject
from api.planner.plan.nodes import Condition, Page
from api.planner.plan.permit import Facts
from api.planner.sql.conditions import Place, filter_sql
from api.planner.sql.context import Context, Row
from api.planner.sql.regions import region_class, region_sql
from api.planner.values import Value, Variables
from api.schema.catalogue import ToMany
from api.schema.filters import Region


@dataclass(frozen=True, slots=True)
class Source:
    """One way to the page's rows: FROM and conditions over the alias, and the arm's number as SQL."""

    alias: str
    conditions: tuple[str, ...]
    arm: str | None


def root_sources(page: Page, context: Context) -> list[Source]:
    """One source per arm; an arm on which a filtered column is never visible has none."""
    sources = []
    for index, arm in enumerate(page.permit.arms):
        alias = context.binder.alias("t")
        place = context.place(page.permit, alias)
        filters = _filters(page.conditions, place, context, index, None, subtree=_is_subtree(arm.facts))
        if filters is None or "false" in filters.region:
            continue
        # `leading`: these conditions choose the index, so they are written as the index has them (decision 4)
        facts = place.facts(arm.facts, leading=True)
        # the region lies below the subject's place: its deeper equality implies the place and leads a shorter range
        if filters.replaces_place:
            facts = facts[1:]
        rest = [] if arm.condition == TRUE else [place.sql(arm.condition)]
        sources.append(Source(alias, (*facts, *filters.region, *rest, *filters.rest), str(index)))
    return sources


def _is_subtree(facts: Facts) -> bool | None:
    return facts[0][1] if facts else None


def related_source(page: Page, relation: ToMany, parent: Row, context: Context) -> list[Source]:
    """The rows whose foreign key leads to the parent row."""
    alias = context.binder.alias("t")
    along = f'{alias}."{relation.column}" = {parent.column("id")}'
    link = context.link(parent, page.permit, alias, along, relation.column)
    row, visible = context.related(page.permit, parent, alias)
    filters = _filters(page.conditions, context.place(page.permit, alias), context, None, row.arm, subtree=None)
    assert filters is not None
    return [Source(alias, (*link, *visible, *filters.region, *filters.rest), row.arm)]


@dataclass(frozen=True, slots=True)
class _Filters:
    region: tuple[str, ...]
    rest: tuple[str, ...]
    replaces_place: bool


def _filters(
    conditions: Sequence[Condition],
    place: Place,
    context: Context,
    arm: int | None,
    arm_sql: str | None,
    *,
    subtree: bool | None,
) -> _Filters | None:
    region: list[str] = []
    rest: list[str] = []
    replaces = False
    for condition in conditions:
        if isinstance(condition.filter, Region):
            how = _region(condition.value, context)
            region += region_sql(place, condition.value, how, subtree=subtree)
            replaces = replaces or (subtree is True and how not in ("own", "covers", "none"))
            continue
        formulas = condition.visible if arm is None else (condition.visible[arm],)
        if formulas == (FALSE,):
            return None
        visible = place.visible(formulas, arm_sql)
        rest += [filter_sql(place, condition), *([] if visible == "true" else [visible])]
    return _Filters(tuple(region), tuple(rest), replaces)


def _region(value: Value, context: Context) -> str:
    def read(variables: Variables, subject: Subject) -> str:
        return region_class(value.get(variables), subject)

    return str(context.decide(read))
