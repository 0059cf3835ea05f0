"""查找与调阅 One answer for absent and out of reach; everything on record; quotas; the value only after its event."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import pytest_asyncio

from api.access.request import ObjectFacts
from api.access.subject import Subject, role_of
from api.clock import SetClock
from api.errors import Problem
from api.roles import Logins
from api.rules.words.vocabulary import Department, Duty, Kind, Purpose, Tier
from api.sealing import Sealer
from api.sealing.keyring import new_keyring
from api.workflow.identifiers import IdentifierServices, LookupReason, find_person, reveal
from tests.support.sealing.sealed_village import add_household, add_member

NUMBER, PHONE = "11010519491231002X", "13912345678"
ELSEWHERE, UNKNOWN = "110105198001010014", "110105199001010011"
CANARIES = (NUMBER, PHONE, ELSEWHERE, UNKNOWN, NUMBER[:17], ELSEWHERE[:17])
LOOKUP_REASON = LookupReason(Purpose.VERIFICATION, "二季度入户核实")
ROLE = (Tier.COUNTY, Department.RURAL_REVITALIZATION, Duty.HANDLER)
COUNTY = Subject(11, 12, 13, *ROLE, 14, ("0", "50", "500110"), role_of(*ROLE), 0)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def in_subtree(subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
    assert kind is Kind.HOUSEHOLD
    assert action in ("search", "reveal")
    return facts is None or subject.home in facts.place


def never(subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
    return False


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    return Sealer(new_keyring())


@pytest_asyncio.fixture(scope="module")
async def rows(database: Logins, sealer: Sealer, villages: None) -> dict[str, int]:
    assert villages is None
    connection = await database.app.connect()
    near, far = [await add_household(connection, village) for village in ("500110001001", "520302001001")]
    numbers = {
        "gone": await add_member(connection, sealer, near, NUMBER, None, left_on=date(2024, 1, 1)),
        "near": await add_member(connection, sealer, near, NUMBER, PHONE),
        "far": await add_member(connection, sealer, far, ELSEWHERE, PHONE),
        "blank": await add_member(connection, sealer, near, None, None),
        "household": near,
    }
    await connection.close()
    return numbers


@pytest.fixture
def services(sealer: Sealer) -> Callable[..., IdentifierServices]:
    return lambda **changes: replace(
        IdentifierServices(sealer, in_subtree, SetClock(NOON), 1000, "baseline-1", "trace-1"), **changes
    )


class _Unwritable(LookupReason):
    def __init__(self) -> None:
        super().__init__(Purpose.VERIFICATION, "二季度入户核实")

    def facts(self, **more: Any) -> dict[str, Any]:
        return {"amount": 1.5}


async def newest(app: Any) -> dict[str, Any]:
    row = dict(await app.fetchrow("SELECT *, facts::text AS facts FROM event ORDER BY id DESC LIMIT 1"))
    return {**row, "facts": orjson.loads(row["facts"])}


async def test_found_within_reach_by_any_spelling(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    for spelling in (NUMBER, NUMBER.lower(), "１１０１０５ 19491231 002x", "110105491231002"):
        assert await find_person(app, COUNTY, spelling, LOOKUP_REASON, services()) == rows["near"]
    event = await newest(app)
    assert (event["action"], event["object_type"], event["object_id"]) == ("search", "Member", rows["near"])
    assert (event["account"], event["person"], event["post"], event["role"]) == (11, 12, 13, COUNTY.role)
    assert event["facts"] == {"purpose": "VERIFICATION", "reason": "二季度入户核实", "found": True}
    assert (event["province"], event["city"], event["county"], event["township"]) == ("50", None, "500110", None)
    assert (event["policy_version"], event["trace"]) == ("baseline-1", "trace-1")


async def test_absent_and_out_of_reach_are_one(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    left = []
    for number in (ELSEWHERE, UNKNOWN):
        assert await find_person(app, COUNTY, number, LOOKUP_REASON, services()) is None
        event = await newest(app)
        left.append({name: event[name] for name in event if name not in ("id", "at", "digest")})
    assert left[0] == left[1]
    assert left[0]["object_id"] is None
    nation = replace(COUNTY, path=("0",), tier=Tier.NATIONAL)
    assert await find_person(app, nation, ELSEWHERE, LOOKUP_REASON, services()) == rows["far"]


async def test_who_may_not_search_is_told_and_recorded(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    with pytest.raises(Problem) as caught:
        await find_person(app, COUNTY, NUMBER, LOOKUP_REASON, services(decide=never))
    assert caught.value.code.name == "IDENTIFIER_NOT_ALLOWED"
    assert (await newest(app))["action"] == "search.refused"


async def test_revealed_after_its_event(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    assert await reveal(app, COUNTY, ("Member", rows["near"]), "idNumber", LOOKUP_REASON, services()) == NUMBER
    event = await newest(app)
    assert (event["action"], event["object_id"], event["facts"]["field"]) == ("reveal", rows["near"], "idNumber")
    assert (event["county"], event["township"], event["village"]) == ("500110", "500110001", "500110001001")
    assert await reveal(app, COUNTY, ("Member", rows["near"]), "phone", LOOKUP_REASON, services()) == PHONE
    assert await reveal(app, COUNTY, ("Member", rows["blank"]), "phone", LOOKUP_REASON, services()) is None
    assert await reveal(app, COUNTY, ("Household", rows["household"]), "bankAccount", LOOKUP_REASON, services()) is None


async def test_no_event_no_value(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices], sealer: Sealer
) -> None:
    class OpenedError(Exception):
        pass

    class Watching(Sealer):
        def open(self, table: str, column: str, row: int, sealed: bytes) -> str:
            raise OpenedError

    watching = Watching(new_keyring())
    before = await app.fetchval("SELECT count(*) FROM event")
    with pytest.raises(ValueError, match="float"):
        await reveal(app, COUNTY, ("Member", rows["near"]), "phone", _Unwritable(), services(sealer=watching))
    assert await app.fetchval("SELECT count(*) FROM event") == before
    with pytest.raises(OpenedError):
        await reveal(app, COUNTY, ("Member", rows["near"]), "phone", LOOKUP_REASON, services(sealer=watching))
    assert await app.fetchval("SELECT count(*) FROM event") == before + 1


async def test_beyond_reach_and_absent_reveal_alike(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    answers = []
    for row in (rows["far"], 999_999_999):
        with pytest.raises(Problem) as caught:
            await reveal(app, COUNTY, ("Member", row), "phone", LOOKUP_REASON, services())
        event = await newest(app)
        answers.append((caught.value.extensions(), event["action"], event["object_id"], event["facts"]))
    assert answers[0] == answers[1]
    assert answers[0][1:3] == ("reveal.refused", None)


@pytest.mark.parametrize("field", ["name", "id_number", "idNumberSealed", ""])
async def test_only_sealed_fields(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices], field: str
) -> None:
    with pytest.raises(Problem) as caught:
        await reveal(app, COUNTY, ("Member", rows["near"]), field, LOOKUP_REASON, services())
    assert caught.value.code.name == "NOT_SEALED"


@pytest.mark.parametrize("reason", ["", " \u3000\n", "查" * 201, f"核对{NUMBER}", f"电话{PHONE}", "a\0b", "a\ud800"])
async def test_a_reason_is_needed_and_tells_nothing(
    app: Any, services: Callable[..., IdentifierServices], reason: str
) -> None:
    before = await app.fetchval("SELECT count(*) FROM event")
    for act in (
        find_person(app, COUNTY, NUMBER, LookupReason(Purpose.PAYMENT, reason), services()),
        reveal(app, COUNTY, ("Member", 1), "phone", LookupReason(Purpose.PAYMENT, reason), services()),
    ):
        with pytest.raises(Problem) as caught:
            await act
        assert caught.value.code.name == "REASON_NEEDED"
    assert await app.fetchval("SELECT count(*) FROM event") == before


async def test_the_quota_counts_both_and_ends_at_midnight(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    somebody = replace(COUNTY, account=77)
    late = SetClock(datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC))  # one second before midnight in Shanghai
    assert await find_person(app, somebody, NUMBER, LOOKUP_REASON, services(clock=late, limit=3)) == rows["near"]
    assert await find_person(app, somebody, UNKNOWN, LOOKUP_REASON, services(clock=late, limit=3)) is None
    assert (
        await reveal(app, somebody, ("Member", rows["near"]), "phone", LOOKUP_REASON, services(clock=late, limit=3))
        == PHONE
    )
    for act in (
        find_person(app, somebody, NUMBER, LOOKUP_REASON, services(clock=late, limit=3)),
        reveal(app, somebody, ("Member", rows["near"]), "phone", LOOKUP_REASON, services(clock=late, limit=3)),
    ):
        with pytest.raises(Problem) as caught:
            await act
        assert (caught.value.code.name, caught.value.code.status) == ("QUOTA_EXCEEDED", 429)
        assert (await newest(app))["action"].endswith(".refused")
    assert await find_person(app, COUNTY, NUMBER, LOOKUP_REASON, services(clock=late, limit=3)) == rows["near"]
    tomorrow = SetClock(datetime(2026, 12, 1, 16, 0, 0, tzinfo=UTC))
    assert await find_person(app, somebody, NUMBER, LOOKUP_REASON, services(clock=tomorrow, limit=3)) == rows["near"]


async def test_the_quota_holds_against_many_at_once(
    database: Logins, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    somebody, limited = replace(COUNTY, account=78), services(clock=SetClock(NOON), limit=4)
    owner = await database.owner.connect()  # the searches of an account wait for each other at its row
    person = await owner.fetchval("INSERT INTO person (name) VALUES ('限额') RETURNING id")
    await owner.execute("INSERT INTO account (id, person, name, state) VALUES (78, $1, 'limited', 'ACTIVE')", person)
    await owner.close()

    async def search() -> str:
        connection = await database.app.connect()
        try:
            await find_person(connection, somebody, NUMBER, LOOKUP_REASON, limited)
        except Problem as problem:
            return problem.code.name
        finally:
            await connection.close()
        return "found"

    outcomes = await asyncio.gather(*(search() for _ in range(10)))
    assert sorted(outcomes) == ["QUOTA_EXCEEDED"] * 6 + ["found"] * 4


async def test_a_swapped_ciphertext_is_found_out(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices], sealer: Sealer
) -> None:
    victim = await add_member(app, sealer, rows["household"], None, None)
    await app.execute(
        """UPDATE member SET phone_sealed = other.phone_sealed, phone_index = other.phone_index,
             phone_masked = other.phone_masked FROM member AS other WHERE member.id = $1 AND other.id = $2""",
        victim,
        rows["near"],
    )
    with pytest.raises(Problem) as caught:
        await reveal(app, COUNTY, ("Member", victim), "phone", LOOKUP_REASON, services())
    assert caught.value.code.name == "SEALED_VALUE_BROKEN"
    assert (await newest(app))["action"] == "reveal"


async def test_never_inside_a_transaction(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices]
) -> None:
    async with app.transaction():
        with pytest.raises(RuntimeError):
            await find_person(app, COUNTY, NUMBER, LOOKUP_REASON, services())
        with pytest.raises(RuntimeError):
            await reveal(app, COUNTY, ("Member", rows["near"]), "phone", LOOKUP_REASON, services())


async def test_no_number_in_any_event_log_or_error(
    app: Any, rows: dict[str, int], services: Callable[..., IdentifierServices], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for number, where in ((NUMBER, rows["near"]), (ELSEWHERE, rows["far"]), (UNKNOWN + "甲", 1)):
        for decide in (in_subtree, never):
            for act in (
                find_person(app, COUNTY, number, LOOKUP_REASON, services(decide=decide)),
                reveal(app, COUNTY, ("Member", where), "idNumber", LOOKUP_REASON, services(decide=decide, limit=5)),
            ):
                try:
                    await act
                except Problem as problem:
                    texts.append(f"{problem!r} {problem.extensions()} {problem.__context__!r}")
    texts.append(caplog.text)
    texts += [str(dict(row)) for row in await app.fetch("SELECT *, facts::text FROM event")]
    assert len(texts) > 8
    assert not [canary for canary in CANARIES if any(canary in text for text in texts)]
