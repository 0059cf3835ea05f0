"""申请摘要 Digests of the records that items rest on, and the changes that items would make. Q40"""

from api.workflow.requests.context import RequestContext

_EFFECTS = "select write_effects($1::bigint[])"  # the database alone writes what is shown and signed
_CURRENT = "select item as id, record_digest(record) as digest from request_records($1::bigint[])"


async def compute_effects(ctx: RequestContext) -> None:
    """Compute what the items would change as things stand, and the digest of the record that shows it."""
    await ctx.connection.execute(_EFFECTS, ctx.numbers)


async def read_digests(ctx: RequestContext) -> None:
    """Read the digests of the items' records as they stand now."""
    rows = await ctx.connection.fetch(_CURRENT, ctx.numbers)
    ctx.facts["digests"] = {row["id"]: row["digest"] for row in rows}
