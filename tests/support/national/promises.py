"""承诺 What the database promises of the app's login, as tests compare it before and after. RULES §4"""

from dataclasses import dataclass
from typing import Any

GROWS = (
    "act", "event", "survey", "assessment", "evidence", "note", "national_decision", "national_filing",
    "national_execution", "executed_item", "seal", "policy_whole",
)  # fmt: skip
LATER = {
    "GREEN_CHANNEL": {"GREEN_CHANNEL", "IDENTIFIED", "EXITED", "RISK_ELIMINATED"},
    "IDENTIFIED": {"IDENTIFIED", "RISK_ELIMINATED"},
    "RISK_ELIMINATED": {"RISK_ELIMINATED"}, "EXITED": {"EXITED"}, "WITHDRAWN": {"WITHDRAWN"},
}  # fmt: skip
DATES = ("entered_on", "identified_on", "registered_on", "eliminated_on", "ended_on", "category", "threshold_amount")
STAYS = {
    "posts of the nation": """
select p.id, p.account, a.person, a.name, a.oidc_subject, a.password_hash, a.state, p.unit, p.tier, p.department,
  p.duty, p.since, p.until
from post p join account a on a.id = p.account left join unit u on u.id = p.unit
where p.tier = 'NATIONAL' or u.tier = 'NATIONAL' or u.code = '0' order by p.id""",
    "units": "select * from unit order by id",
    "code lists": "select * from code_item order by id",
    "what was decided": "select id, state from request_item where state in ('APPROVED', 'REJECTED', 'EXECUTED')",
    "what stands before the nation": """
select r.*, i.id as item, i.state as item_state, i.household, i.operation, i.grounds, i.target_act, i.target_mark,
  i.digest, i.proposer_person, i.reviewer_person,
  (select array_agg((e.object_type, e.object_id, e.field, e.before, e.after)::text order by e.id)
    from request_effect e where e.item = i.id) as effects,
  (select array_agg((v.name, v.sha256, v.content)::text order by v.id) from evidence v where v.item = i.id) as evidence
from national_request r join request_item i on i.request = r.id where r.state = 'SUBMITTED' order by i.id""",
}
# where the digest still fits, the lines shown are those the execution would bring about
MISSHOWN = """
select i.id from request_item i
left join lateral (select array_agg((e.object_type, e.object_id, e.field, e.before, e.after)::text order by e.id)
  from request_effect e where e.item = i.id and e.object_type <> 'Unit') e (e) on true
left join lateral (select array_agg((o.object_type, o.object_id, o.field, o.before, o.after)::text)
  from request_outcome(i.id) o where o.object_type <> 'Unit') o (o) on true
where i.state = 'SUBMITTED' and i.digest = request_digest(i.id) and e is distinct from o"""
# who signed: column of the table → whose number it is
SIGNED = {
    "act": {"account": "account", "person": "person", "post": "post"},
    "event": {"account": "account", "person": "person", "post": "post"},
    "evidence": {"account": "account", "person": "person", "post": "post"},
    "assessment": {"person": "person"},
    "appointment": {"proposed_person": "person", "decided_person": "person"},
    "national_request": {"submitter_person": "person"},
    "request_item": {"proposer_person": "person", "reviewer_person": "person"},
    "parameter_setting": {"proposer": "person", "decider": "person"},
    "policy_version": {"approver": "person", "publisher": "person"},
    "password_code": {"person": "person"},
}
PASSING = {"idempotency", "policy_ack", "intake_row", "message"}
"""Tables that whoever holds the app's login may write with nobody signed in."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the promises speak of: each table's rows by id, and the lists that stay."""

    tables: dict[str, dict[int, dict[str, Any]]]
    stays: dict[str, list[Any]]
    misshown: list[Any]

    @classmethod
    async def take(cls, owner: Any) -> "Snapshot":
        """As the database stands."""
        names = await owner.fetch(
            "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
            " and relname not in ('unit', 'code_list', 'code_item', 'migration')"
        )
        tables = {
            name: {row.get("id", 0): dict(row) for row in await owner.fetch(f'select * from "{name}"')}
            for (name,) in names
        }
        stays = {what: [tuple(row) for row in await owner.fetch(sql)] for what, sql in STAYS.items()}
        return cls(tables, stays, await owner.fetch(MISSHOWN))


def broken(before: Snapshot, after: Snapshot, who: dict[str, int | None]) -> list[str]:
    """The promises that no longer hold, when `who` by account, person and post was signed in; nobody: all None."""
    wrong = [f"{what} changed" for what in before.stays if before.stays[what] != after.stays[what]]
    wrong += [f"item {row['id']} is shown otherwise" for row in after.misshown]
    for table in (*GROWS, "person"):
        lost = [number for number, row in before.tables[table].items() if after.tables[table].get(number) != row]
        wrong += [f"{table} {number} is lost or changed" for number in lost]
    wrong += _cases(before, after)
    wrong += _signatures(before, after, who)
    if who["account"] is None:
        wrong += [
            f"{table} changed, and nobody is signed in"
            for table in before.tables.keys() - PASSING - {"event"}
            if before.tables[table] != after.tables[table]
        ]
    return wrong


def _cases(before: Snapshot, after: Snapshot) -> list[str]:
    wrong = []
    for number, case in before.tables["monitoring_case"].items():
        later = after.tables["monitoring_case"].get(number)
        if later is None or later["state"] not in LATER[case["state"]] or later["household"] != case["household"]:
            wrong.append(f"case {number} went backwards")
        elif any(case[name] is not None and case[name] != later[name] for name in DATES):
            wrong.append(f"case {number} was dated anew")
        elif case["safety_net"] and not later["safety_net"]:
            wrong.append(f"case {number} lost its mark")
    return wrong


def _signatures(before: Snapshot, after: Snapshot, who: dict[str, int | None]) -> list[str]:
    wrong = []
    for table, columns in SIGNED.items():
        for number, row in after.tables[table].items():
            was = before.tables[table].get(number, {})
            wrong += [
                f"{column} of {table} {number} is another's"
                for column, kind in columns.items()
                if row[column] is not None and row[column] not in (was.get(column), who[kind])
            ]
    others = {number for number in before.tables["account"] if number != who["account"]}
    for number in others:
        old, new = before.tables["account"][number], after.tables["account"][number]
        wrong += [
            f"{name} of account {number} changed" for name in ("password_hash", "person") if old[name] != new[name]
        ]
    return wrong
