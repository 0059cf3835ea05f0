"""账号停用 Disable an account at once: one person from above does; restoring takes an appointment by two. RULES §2"""

from collections.abc import Mapping
from typing import Any

from api.access.subject import Subject
from api.audit import ledger
from api.clock import today
from api.rules.words.vocabulary import AccountState
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine import idempotency
from api.workflow.engine.errors import WRONG_STATE, NotTaken, database_refusals, problem_of
from api.workflow.engine.perform import Desk
from api.workflow.posts.appointment import APPROVE, PROPOSE
from api.workflow.posts.errors import NOT_ALLOWED, texts_clean
from api.workflow.posts.target import Place, may, open_posts

DISABLE = "account.disable"


async def disable(connection: Any, subject: Subject, account: int, reason: str, key: str, desk: Desk) -> int:
    """Disable the account; a post of it, to read it by. Its tokens are worth nothing from now on. NotTaken."""
    with database_refusals():
        async with connection.transaction():
            asked = idempotency.digest(DISABLE, account, {"reason": reason})
            before = await idempotency.claim(
                connection, subject.account, key, asked, desk.clock.now(), desk.publication
            )
            if before is not None:
                return before["post"]
            posts = await posts_below(connection, subject, account, desk, (PROPOSE, APPROVE))
            problems = texts_clean({"reason": reason})
            state = await connection.fetchval("select state from account where id = $1", account)
            if state != AccountState.ACTIVE.name:
                problems.append(problem_of(WRONG_STATE, expected=AccountState.ACTIVE.name, found=state))
            if problems:
                raise NotTaken(problems)
            await connection.execute(
                "update account set state = $2, tokens_from = greatest(tokens_from, $3) where id = $1",
                account,
                AccountState.DISABLED.name,
                desk.clock.now(),
            )
            await on_record(connection, subject, DISABLE, account, {"reason": reason}, posts[0], desk)
            await idempotency.keep(connection, subject.account, key, {"post": posts[0]["post"]})
            return int(posts[0]["post"])


async def posts_below(
    connection: Any, subject: Subject, account: int, desk: Desk, actions: tuple[str, ...]
) -> list[Place]:
    """The account's open posts, all of which the subject may do one of the actions to; NotTaken otherwise."""
    posts = await open_posts(connection, account, desk)
    if not posts or not any(all(may(desk, subject, action, post) for post in posts) for action in actions):
        raise NotTaken([problem_of(NOT_ALLOWED)])
    return posts


async def on_record(
    connection: Any,
    subject: Subject | None,
    action: str,
    account: int,
    facts: Mapping[str, ledger.Fact],
    place: Place,
    desk: Desk,
) -> None:
    """Put what happened to an account on record, where its highest post is."""
    where = {tier: place[tier] for tier in TIER_COLUMNS}
    happening = ledger.Happening(action, "Account", account, {**facts, "on": today(desk.clock).isoformat()}, where)
    await ledger.append(
        connection, happening, subject, desk.clock.now(), policy_version=desk.policy_version, trace=desk.trace
    )
