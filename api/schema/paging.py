"""分页 Relay's parts that every connection shares: Node, PageInfo, direction and the paging arguments."""

from enum import Enum
from typing import Annotated, Any

import strawberry


@strawberry.interface(description="对象 Anything with a global identifier.")
class Node:
    """An object that `node(id)` finds."""

    id: strawberry.ID = strawberry.field(description="标识 Global identifier: base64url of Type:number.")


@strawberry.type(description="分页信息 Where a page stands among its neighbours.")
class PageInfo:
    """Relay's page info; both directions are always answered exactly."""

    has_next_page: bool = strawberry.field(description="有下一页 Whether more follow.")
    has_previous_page: bool = strawberry.field(description="有上一页 Whether more go before.")
    start_cursor: str | None = strawberry.field(description="首游标 Cursor of the first entry.")
    end_cursor: str | None = strawberry.field(description="末游标 Cursor of the last entry.")


@strawberry.enum(description="方向 Direction of an order.")
class Direction(Enum):
    """Ascending or descending."""

    ASC = strawberry.enum_value("ASC", description="升序 Ascending.")
    DESC = strawberry.enum_value("DESC", description="降序 Descending.")


DEFAULT_PAGE = 20
LARGEST_PAGE = 200
COUNT_BOUND = 10_000


def _argument(python: Any, text: str) -> Any:
    return Annotated[python | None, strawberry.argument(description=text)]


FIRST = _argument(int, f"前几条 Page size forwards, at most {LARGEST_PAGE}; {DEFAULT_PAGE} when neither is given.")
AFTER = _argument(str, "之后 Begin after this cursor.")
LAST = _argument(int, f"后几条 Page size backwards, at most {LARGEST_PAGE}.")
BEFORE = _argument(str, "之前 End before this cursor.")


def paging_arguments(filter_input: Any, order_input: Any) -> dict[str, Any]:
    """The arguments of a connection field."""
    arguments = {"first": FIRST, "after": AFTER, "last": LAST, "before": BEFORE}
    if filter_input is not None:
        arguments["filter"] = _argument(filter_input, "筛选 Which ones.")
    arguments["order"] = _argument(order_input, "排序 In which order; by identifier when absent.")
    return arguments
