"""申请摘要 Digests of the records that items rest on, and the changes that items would make. Q40"""

from api.workflow.requests.context import RequestContext

_DIGEST = """
update request_item i set digest = record_digest(r.record) from request_records($1::bigint[]) r where i.id = r.item"""
_DELETE_EFFECTS = "delete from request_effect where item = any($1::bigint[])"
_INSERT_EFFECTS = """
insert into request_effect (household, item, object_type, object_id, field, before, after)
select i.household, i.id, o.object_type, o.object_id, o.field, o.before, o.after
from request_outcomes($1::bigint[]) o join request_item i on i.id = o.item order by i.id"""
_CURRENT = "select item as id, record_digest(record) as digest from request_records($1::bigint[])"


async def compute_effects(ctx: RequestContext) -> None:
    """Compute what the items would change as things stand, and the digest of the record that shows it."""
    for sql in (_DIGEST, _DELETE_EFFECTS, _INSERT_EFFECTS):
        await ctx.connection.execute(sql, ctx.numbers)


async def read_digests(ctx: RequestContext) -> None:
    """Read the digests of the items' records as they stand now."""
    rows = await ctx.connection.fetch(_CURRENT, ctx.numbers)
    ctx.facts["digests"] = {row["id"]: row["digest"] for row in rows}
