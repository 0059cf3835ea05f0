"""牵涉 Extent of a change of policy: households, and the counties with most. Q1, Q38"""

from typing import Any

import strawberry

from api.access.formula.formula import FALSE
from api.access.review.difference import Change
from api.clock import today
from api.planner.extent import Extent, extent
from api.resolvers.execution import context_of
from api.schema.build import described, field_of


@strawberry.type(name="PolicyCounty", description="所在县 A county with how many of its households are touched.")
class ShownCounty:
    """A county as clients see it."""

    code: str = strawberry.field(description=described("代码", "Code of the county."))
    name: str = strawberry.field(description=described("名称", "Its name."))
    households: int = strawberry.field(description=described("户数", "How many of its households."))


@strawberry.type(
    name="PolicyExtent", description="牵涉 Whom one side of a change touches today; no household is named."
)
class ShownExtent:
    """An extent as clients see it."""

    households: int | None = strawberry.field(
        description=described("户数", "How many households it is about; null where about none.")
    )
    at_least: bool = strawberry.field(description=described("不止", "Whether there are more than counted."))
    fewer: bool = strawberry.field(description=described("不足", "Whether there are fewer, too few to be told."))
    counties: list[ShownCounty] = strawberry.field(description=described("较多的县", "Where most of them are."))


def side_field(name: str, *, gains: bool) -> Any:
    """The extent of one side of a change: counted on request, null where nothing is gained or lost."""

    async def resolver(self: Any, info: strawberry.Info) -> Any:
        change: Change = self.change
        if (change.gains if gains else change.loses) == FALSE:
            return None
        ctx = context_of(info)
        on = today(ctx.worker.clock)
        return _extent_type(await extent(ctx.worker.reader, change, on, gains=gains, deadline=ctx.deadline))

    text = described("得权者" if gains else "失权者", "Whom what is gained, or lost, touches today.")
    return field_of(name, ShownExtent | None, text, resolver)


def _extent_type(extent: Extent) -> ShownExtent:
    counties = [
        ShownCounty(code=county.code, name=county.name, households=county.households) for county in extent.counties
    ]
    return ShownExtent(
        households=extent.households,
        at_least=extent.at_least,
        fewer=extent.fewer,
        counties=counties,
    )
