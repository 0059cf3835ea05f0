"""`shouwang officials`: the nation's first two people once, its further posts, passwords and disabling, on record."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.access.signin.passwords import HASHER
from api.roles import Logins
from api.rules.privacy.identity_number import check_character
from tests.support.command_line import shouwang

PASSWORD = "correct horse battery"


def number(person: int) -> str:
    """An ID number that belongs to nobody: no county has the code 110000."""
    digits = f"11000019900101{person:03}"
    return digits + check_character(digits)


def person(account: str, which: int, **more: str) -> dict[str, str]:
    return {"name": "首任", "account": account, "id_number": number(which), "password": PASSWORD, **more}


PEOPLE = {"handler": person("first.handler", 1), "reviewer": person("first.reviewer", 2)}


def filed(folder: Path, people: Any, mode: int = 0o600) -> str:
    file = folder / "people.json"
    file.write_text(json.dumps(people), encoding="utf-8")
    file.chmod(mode)
    return str(file)


@pytest_asyncio.fixture(scope="module")
async def owner(database: Logins) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    await connection.execute(
        """INSERT INTO unit (code, name, tier, western, development_zone, unverified, valid_from)
           VALUES ('0', '国家', 'NATIONAL', false, false, false, '2020-01-01')"""
    )
    yield connection
    await connection.close()


async def counts(owner: Any) -> list[int]:
    return [await owner.fetchval(f"select count(*) from {table}") for table in ("person", "account", "post", "event")]


@pytest.mark.parametrize(
    ("people", "mode", "expected"),
    [
        (PEOPLE, 0o644, "PEOPLE_UNREADABLE"),
        ({"handler": PEOPLE["handler"]}, 0o600, "PEOPLE_UNREADABLE"),
        ([], 0o600, "PEOPLE_UNREADABLE"),
        ({**PEOPLE, "reviewer": person("second", 1)}, 0o600, "PERSON_UNFIT"),
        ({**PEOPLE, "reviewer": person("first.handler", 2)}, 0o600, "PERSON_UNFIT"),
        ({**PEOPLE, "reviewer": person("second", 2, id_number="110000199001010029")}, 0o600, "PERSON_UNFIT"),
        ({**PEOPLE, "reviewer": person("a b", 2)}, 0o600, "PERSON_UNFIT"),
        ({**PEOPLE, "reviewer": person("second", 2, name=" ")}, 0o600, "PERSON_UNFIT"),
        ({**PEOPLE, "reviewer": person("second", 2, password="short")}, 0o600, "PASSWORD_UNFIT"),
    ],
)
async def test_what_will_not_do_makes_nobody(
    owner: Any, database: Logins, tmp_path: Path, people: Any, mode: int, expected: str
) -> None:
    result = await shouwang(database, tmp_path, "officials", "bootstrap", "--file", filed(tmp_path, people, mode))
    assert (result.exit_code, expected in result.stderr) == (2, True), result.output
    assert number(1) not in result.output
    assert await counts(owner) == [0, 0, 0, 0]


async def test_the_first_two_people_are_made_once(owner: Any, database: Logins, tmp_path: Path) -> None:
    file = filed(tmp_path, PEOPLE)
    answer = await shouwang(database, tmp_path, "officials", "bootstrap", "--file", file)
    assert answer.exit_code == 0, answer.output
    assert "national:rural_revitalization:reviewer" in answer.output
    assert PASSWORD not in answer.output
    assert await counts(owner) == [2, 2, 2, 4]
    again = await shouwang(database, tmp_path, "officials", "bootstrap", "--file", file)
    assert (again.exit_code, "ALREADY_FOUNDED" in again.stderr) == (2, True)
    assert await counts(owner) == [2, 2, 2, 4]
    token = await shouwang(database, tmp_path, "token", "first.reviewer")
    assert token.output.count(".") == 2
    listed = await shouwang(database, tmp_path, "officials", "list")
    assert [line.split("\t")[1:3] for line in listed.output.splitlines()] == [
        ["first.handler", "national:rural_revitalization:handler"],
        ["first.reviewer", "national:rural_revitalization:reviewer"],
    ]
    stored = str(await owner.fetch("select facts::text from event")) + str(await owner.fetch("select * from person"))
    assert number(1) not in stored


async def test_no_demo_goes_into_a_database_of_real_people(owner: Any, database: Logins, tmp_path: Path) -> None:
    before = await counts(owner)
    refused = await shouwang(database, tmp_path, "demo", "--households", "10")
    assert (refused.exit_code, "FOUNDED" in refused.stderr) == (2, True), refused.output
    assert await counts(owner) == before
    assert await owner.fetchval("select count(*) from household") == 0


async def test_no_post_of_the_nation_before_its_unit_is_there(owner: Any, database: Logins, tmp_path: Path) -> None:
    before = await counts(owner)
    await owner.execute("update unit set valid_until = '2026-01-01' where code = '0'")
    try:
        arguments = ("officials", "appoint", "first.handler", "--duty", "inspector")
        refused = await shouwang(database, tmp_path, *arguments)
    finally:
        await owner.execute("update unit set valid_until = null where code = '0'")
    assert (refused.exit_code, "NATION_ABSENT" in refused.stderr) == (2, True), refused.output
    assert await counts(owner) == before


async def test_a_further_post_asks_for_a_new_person(owner: Any, database: Logins, tmp_path: Path) -> None:
    typed = f"操作员\n{number(3)}\n{PASSWORD}\n{PASSWORD}\n"
    answer = await shouwang(database, tmp_path, "officials", "appoint", "operator", "--duty", "operator", typed=typed)
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    row = await owner.fetchrow("select p.id, duty, tier, password_hash from post p join account a on a.id = p.account"
                               " where a.name = 'operator'")  # fmt: skip
    assert (row["duty"], row["tier"]) == ("OPERATOR", "NATIONAL")
    assert HASHER.verify(row["password_hash"], PASSWORD)
    second = await shouwang(database, tmp_path, "officials", "appoint", "operator", "--duty", "inspector")
    assert second.exit_code == 0, second.output
    for account, post in (("operator", 999), ("nobody", row["id"]), ("first.handler", row["id"])):
        refused = await shouwang(database, tmp_path, "officials", "end", account, str(post))
        assert (refused.exit_code, "NOBODY_OF_THAT_NAME" in refused.stderr) == (2, True)
    ended = await shouwang(database, tmp_path, "officials", "end", "operator", str(row["id"]), "--until", "2026-01-01")
    assert ended.exit_code == 0, ended.output
    assert str(await owner.fetchval("select until from post where id = $1", row["id"])) == "2026-01-01"


async def test_disabling_and_passwords(owner: Any, database: Logins, tmp_path: Path) -> None:
    async def account() -> Any:
        return await owner.fetchrow("select * from account where name = 'first.handler'")

    assert (await shouwang(database, tmp_path, "officials", "disable", "first.handler")).exit_code == 0
    disabled = await account()
    assert (disabled["state"], disabled["tokens_from"] is not None) == ("DISABLED", True)
    refused = await shouwang(database, tmp_path, "token", "first.handler")
    assert "ACCOUNT_DISABLED" in refused.stderr
    assert (await shouwang(database, tmp_path, "officials", "enable", "first.handler")).exit_code == 0
    assert (await account())["state"] == "ACTIVE"
    another = "another horse battery"
    changed = await shouwang(
        database, tmp_path, "officials", "password", "first.handler", typed=f"{another}\n{another}\n"
    )
    assert changed.exit_code == 0, changed.output
    assert HASHER.verify((await account())["password_hash"], another)
    unknown = await shouwang(database, tmp_path, "officials", "disable", "nobody")
    assert (unknown.exit_code, "NOBODY_OF_THAT_NAME" in unknown.stderr) == (2, True)


async def test_where_oidc_is_set_there_are_subjects_and_no_passwords(
    owner: Any, database: Logins, tmp_path: Path
) -> None:
    typed = f"审计员\n{number(4)}\nsubject-4\n"
    answer = await shouwang(
        database, tmp_path, "officials", "appoint", "auditor", "--duty", "audit_reader",
        typed=typed, SHOUWANG_OIDC_ISSUER="https://issuer.example",
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    row = await owner.fetchrow("select password_hash, oidc_subject from account where name = 'auditor'")
    assert tuple(row) == (None, "subject-4")
    again = await shouwang(database, tmp_path, "officials", "subject", "auditor", "subject-5")
    assert again.exit_code == 0, again.output
    assert await owner.fetchval("select oidc_subject from account where name = 'auditor'") == "subject-5"
    taken = await shouwang(database, tmp_path, "officials", "subject", "operator", "subject-5")
    assert (taken.exit_code, "PERSON_UNFIT" in taken.stderr) == (2, True)
