"""国家级岗位 The nation's own posts, above which is nobody: given with the owner's login, on record. RULES §2 (ours)

make_founders  the first two people, one who proposes and one who approves; refused once there is anybody
give, end   further posts of the nation; every other post takes an appointment by two people above it
set_state, set_password, set_subject   any account, for when nobody else can
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.audit import ledger
from api.clock import Clock, today
from api.database import Connection
from api.errors import Problem, Term, code
from api.rules.privacy.identity import id_number_fault
from api.rules.units import NATION
from api.rules.words.vocabulary import AccountState, Department, Duty, Tier
from api.sealing import Identifier, Sealer
from api.workflow.posts.errors import account_name_good

ALREADY_FOUNDED = code(
    "ALREADY_FOUNDED",
    409,
    zh="已有国家级岗位，不能再次建立首批人员",
    en="the nation has posts already; its first people are made only once",
    next_zh="用 shouwang officials appoint 增加国家级岗位",
    next_en="add national posts by `shouwang officials appoint`",
)
NOBODY_OF_THAT_NAME = code(
    "NOBODY_OF_THAT_NAME",
    404,
    zh="没有这一账号，或其没有这一岗位",
    en="there is no such account, or it holds no such post",
    next_zh="用 shouwang officials list 查看",
    next_en="see `shouwang officials list`",
)
PERSON_UNFIT = code(
    "PERSON_UNFIT",
    400,
    zh="{found}",
    en="{found}",
    next_zh="改正后重试",
    next_en="correct it and try again",
)
NATION_ABSENT = code(
    "NATION_ABSENT",
    409,
    zh="责任单位尚未载入",
    en="the responsibility units are not loaded yet",
    next_zh="运行 shouwang units load",
    next_en="run `shouwang units load`",
)

FOUNDING = ((Department.RURAL_REVITALIZATION, Duty.HANDLER), (Department.RURAL_REVITALIZATION, Duty.REVIEWER))
BY_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Founder:
    """A person with an account to make; signs in by `password_hash` or at the OIDC issuer."""

    name: str
    account: str
    id_number: str
    password_hash: str | None = None
    oidc_subject: str | None = None


async def make_founders(
    connection: Connection, people: Sequence[Founder], sealer: Sealer, clock: Clock, version: str
) -> list[int]:
    """Make the first two people of the nation, handler first; their accounts. ALREADY_FOUNDED, PERSON_UNFIT."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtextextended('national posts', 0))")
        if await connection.fetchval("select exists (select from post where tier = $1)", Tier.NATIONAL.name):
            raise Problem(ALREADY_FOUNDED)
        accounts = [await make(connection, founder, sealer, clock, version) for founder in people]
        persons = await connection.fetch("select distinct person from account where id = any($1)", accounts)
        if len(persons) != len(accounts):
            raise _unfit("两人为同一人", "both are one person")
        for account, (department, duty) in zip(accounts, FOUNDING, strict=True):
            await give(connection, account, department, duty, (today(clock), None), clock, version)
        return accounts


async def make(connection: Connection, founder: Founder, sealer: Sealer, clock: Clock, version: str) -> int:
    """Make the account, and the person unless known by the ID number; the account. PERSON_UNFIT."""
    _check(founder, clock)
    key = sealer.index(Identifier.ID_NUMBER, founder.id_number)
    person = await connection.fetchval("select id from person where person_key = $1", key)
    person = person or await connection.fetchval(
        "insert into person (name, person_key) values ($1, $2) returning id", founder.name.strip(), key
    )
    if await connection.fetchval("select exists (select from account where name = $1)", founder.account):
        raise _unfit("账号名已被使用", "the account name is taken")
    account = int(
        await connection.fetchval(
            "insert into account (person, name, state, password_hash, oidc_subject) values ($1, $2, $3, $4, $5)"
            " returning id",
            person,
            founder.account,
            AccountState.ACTIVE.name,
            founder.password_hash,
            founder.oidc_subject,
        )
    )
    await _record(connection, "account.make", account, {}, clock, version)
    return account


async def give(
    connection: Connection,
    account: int,
    department: Department,
    duty: Duty,
    days: tuple[date, date | None],
    clock: Clock,
    version: str,
) -> int:
    """Give a post of the nation; its id. NATION_ABSENT."""
    post = await connection.fetchval(
        """insert into post (account, unit, tier, department, duty, since, until)
           select $1, id, tier, $3, $4, $5, $6 from unit where code = $2 and valid_until is null returning id""",
        account,
        NATION,
        department.name,
        duty.name,
        *days,
    )
    if post is None:
        raise Problem(NATION_ABSENT)
    facts = {"post": post, "department": department.name, "duty": duty.name, "since": days[0].isoformat()}
    await _record(connection, "post.give", account, facts, clock, version)
    return int(post)


async def end(connection: Connection, name: str, post: int, until: date, clock: Clock, version: str) -> None:
    """Let a post of any tier end on that day. NOBODY_OF_THAT_NAME."""
    account = await _account(connection, name)
    ended = await connection.fetchval(
        "update post set until = $3 where id = $1 and account = $2 returning id", post, account, until
    )
    if ended is None:
        raise Problem(NOBODY_OF_THAT_NAME)
    await _record(connection, "post.end", account, {"post": post, "until": until.isoformat()}, clock, version)


async def set_state(connection: Connection, name: str, state: AccountState, clock: Clock, version: str) -> None:
    """Disable or enable an account; disabling voids its tokens. NOBODY_OF_THAT_NAME."""
    account = await _account(connection, name)
    recalled = clock.now() if state is AccountState.DISABLED else None
    await connection.execute(
        "update account set state = $2, tokens_from = greatest(tokens_from, $3) where id = $1",
        account,
        state.name,
        recalled,
    )
    await _record(connection, f"account.{state.name.lower()}", account, {}, clock, version)


async def set_password(connection: Connection, name: str, hashed: str, clock: Clock, version: str) -> None:
    """Set the password of an account and void its tokens. NOBODY_OF_THAT_NAME."""
    account = await _account(connection, name)
    await connection.execute(
        """update account set password_hash = $2,
             tokens_from = greatest(tokens_from, date_trunc('second', $3::timestamptz)) where id = $1""",
        account,
        hashed,
        clock.now(),
    )
    await _record(connection, "password.set", account, {}, clock, version)


async def set_subject(connection: Connection, name: str, subject: str, clock: Clock, version: str) -> None:
    """Let an account sign in as that subject of the OIDC issuer. NOBODY_OF_THAT_NAME, PERSON_UNFIT."""
    account = await _account(connection, name)
    taken = "select exists (select from account where oidc_subject = $1 and id <> $2)"
    if await connection.fetchval(taken, subject, account):
        raise _unfit("外部标识已被使用", "the subject is another account's")
    await connection.execute(
        "update account set oidc_subject = $2, tokens_from = greatest(tokens_from, $3) where id = $1",
        account,
        subject,
        clock.now(),
    )
    await _record(connection, "account.subject", account, {}, clock, version)


async def account_of(connection: Connection, name: str) -> int | None:
    """The account of that name."""
    number: int | None = await connection.fetchval("select id from account where name = $1", name)
    return number


async def _account(connection: Connection, name: str) -> int:
    number = await account_of(connection, name)
    if number is None:
        raise Problem(NOBODY_OF_THAT_NAME)
    return number


def _check(founder: Founder, clock: Clock) -> None:
    if not founder.name.strip():
        raise _unfit("姓名不能为空", "a name is needed")
    if not account_name_good(founder.account):
        raise _unfit("账号名应为 3 至 64 位字母、数字或 . _ @ -", "3 to 64 letters, digits or . _ @ -")
    fault = id_number_fault(founder.id_number, today(clock))
    if fault is not None:
        raise _unfit(fault.zh, fault.en)


def _unfit(zh: str, en: str) -> Problem:
    return Problem(PERSON_UNFIT, found=Term("person", zh, en))


async def _record(
    connection: Connection, action: str, account: int, facts: dict[str, ledger.Fact], clock: Clock, version: str
) -> None:
    happening = ledger.AuditEntry(action, "Account", account, {**facts, "by": BY_OWNER})
    await ledger.append(connection, happening, None, clock.now(), policy_version=version)
