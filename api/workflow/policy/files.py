"""策略文件 Policies between folders and the database, for the command line: by the same acts, in somebody's name. Q1"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from api.access.policy import FOLDER, Policy
from api.access.reading.content import BASELINE, of_folder, to_folder
from api.access.request import ObjectFacts
from api.access.review.candidate import candidate
from api.access.role import Role
from api.access.signin.accounts import Accounts
from api.access.signin.errors import ACCOUNT_UNKNOWN
from api.access.signin.sessions import with_session
from api.access.subject import Subject
from api.access.versions.store import Stored, composed, read_in_force, stored
from api.clock import Clock
from api.cluster import Cluster
from api.database import LONG, Connection, Dsn, Reader
from api.errors import Problem, code
from api.rules.units import NATION
from api.rules.words.vocabulary import Kind
from api.settings import Settings
from api.testdb import clock
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.policy.draft import draft, replace_content
from api.workflow.policy.publish import Adoption, await_adoption, publish
from api.workflow.policy.review import approve, submit

POLICY_NO_VERSION = code(
    "POLICY_NO_VERSION",
    404,
    zh="没有这一策略版本",
    en="there is no such version of the policy",
    next_zh="写成 3、50/2、head 或 head/50",
    next_en="write 3, 50/2, head or head/50",
    question="Q1",
)
POLICY_OTHER_RELEASE = code(
    "POLICY_OTHER_RELEASE",
    409,
    zh="{file} 与本版本随附的不同，不能导入",
    en="{file} is not this release's own: it can't be imported",
    next_zh="恢复随版本发布的文件；锁定行和模型不由管理员更改",
    next_en="put back the file that ships with the release: locks and model are no administrator's",
    question="Q1",
)
SHIPPED = ("model.conf", "locks.csv")
PATIENCE = 10.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """Connection of the app role, login of the nation's, accounts, clock and policy in force, for the command line."""

    connection: Connection
    nation: Dsn
    accounts: Accounts
    clock: Clock
    policy: Policy

    async def subject(self, account: str) -> Subject:
        """The holder of the account, in its only post. ACCOUNT_UNKNOWN and the refusals of sign-in."""
        number = await self.connection.fetchval("select id from account where name = $1", account)
        if number is None:
            raise Problem(ACCOUNT_UNKNOWN)
        return await with_session(self.nation, await self.accounts.subject(number, None), self.clock)

    @property
    def services(self) -> StepServices:
        """Decides by the policy in force."""

        def decided(subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
            role = Role(subject.tier, subject.department, subject.duty)
            return facts is not None and self.policy.decide(role, subject.home, action, kind, facts).allowed

        return StepServices(decided, self.clock, self.policy.version, publication=self.policy.publication)

    async def step_input(self, number: int) -> StepInput:
        """An act on the version as it is now."""
        version = await self.connection.fetchval("select version from policy_version where id = $1", number)
        return StepInput(number, version, f"cli {secrets.token_hex(8)}")


async def with_office(settings: Settings, database: Cluster, act: Callable[[Office], Awaitable[T]]) -> T:
    """Do something with an office of this installation."""
    moment = await clock(settings, database.logins.owner)
    reader = Reader(database.logins.reader, 1)
    await reader.open()
    connection = await database.logins.app.connect(command_timeout=LONG)
    try:
        policy = composed(await read_in_force(connection))
        return await act(Office(connection, database.logins.nation, Accounts(reader, moment), moment, policy))
    finally:
        await connection.close()
        await reader.close()


async def read(office: Office, name: str) -> Stored:
    """A stored version by its name: `3` the nation's, `50/2` a province's, `head` and `head/50` those in force."""
    layer, _, number = name.rpartition("/")
    if name == "head" or layer == "head":
        sql = "select policy_version from policy_head where layer = $1"
        version = await office.connection.fetchval(sql, number if layer else NATION)
    elif number.isdecimal() and len(number) < 10:
        sql = "select id from policy_version where layer = $1 and number = $2"
        version = await office.connection.fetchval(sql, layer or NATION, int(number))
    else:
        version = None
    if version is None:
        raise Problem(POLICY_NO_VERSION)
    return (await stored(office.connection, [version]))[0]


def export(version: Stored, folder: Path) -> None:
    """Write a version as `policies/` is written, with the model and the locks of this release."""
    to_folder(version.content, folder, _file(version.layer))
    for name in SHIPPED:
        (folder / name).write_bytes((FOLDER / name).read_bytes())


def _file(layer: str) -> str:
    return BASELINE if layer == NATION else f"{layer}.csv"


async def bring(office: Office, folder: Path, account: str, note: str | None, submitted: bool) -> Stored:
    """A draft with the rows and cases of a folder, in the name of a policy editor; `submitted` goes one step on."""
    for name in SHIPPED:
        if (folder / name).exists() and (folder / name).read_bytes() != (FOLDER / name).read_bytes():
            raise Problem(POLICY_OTHER_RELEASE, file=name)
    subject = await office.subject(account)
    layer = subject.home
    content = of_folder(folder, _file(layer))
    number = await draft(office.connection, subject, layer, None, note, f"cli {secrets.token_hex(8)}", office.services)
    await replace_content(office.connection, subject, await office.step_input(number), content, office.services)
    if submitted:
        await submit(office.connection, subject, await office.step_input(number), office.services)
    return (await stored(office.connection, [number]))[0]


async def put_in_force(office: Office, name: str, account: str, seen: tuple[str, str] | None) -> Adoption:
    """Publish a version in the name of a policy approver, after approving the digests `seen`, where they are given."""
    version = await read(office, name)
    subject = await office.subject(account)
    if seen is not None:
        await approve(office.connection, subject, await office.step_input(version.id), *seen, office.services)
    await publish(office.connection, subject, await office.step_input(version.id), office.services)
    return await await_adoption(office.connection, PATIENCE)


async def policy_of(office: Office, name: str) -> Policy:
    """The whole policy as it would be with this version in force."""
    version = await read(office, name)
    return candidate(await read_in_force(office.connection), version).whole
