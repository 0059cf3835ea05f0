"""账号停用 Disable an account at once: one person from above does; restoring takes an appointment by two. RULES §2"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.access.subject import Subject
from api.audit import ledger
from api.clock import today
from api.database import Connection, Row
from api.rules.words.steps import StepId
from api.rules.words.vocabulary import AccountState
from api.schema.paths import Columns, tiers_of
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.errors import StepProblem, StepRefused, problem_of
from api.workflow.engine.handler import PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Step
from api.workflow.engine.workflow import Workflow
from api.workflow.posts.appointment import APPROVE, PROPOSE
from api.workflow.posts.errors import NOT_ALLOWED, texts_clean
from api.workflow.posts.target import may, open_posts

_STATE = "select state from account where id = $1"
_DISABLE = "update account set state = $2, tokens_from = greatest(tokens_from, $3) where id = $1"


@dataclass(slots=True)
class AccountContext(StepContext):
    """Context of a step about an account: its open posts, the highest first, and its state."""

    posts: list[Row] = field(kw_only=True)
    state: str = field(kw_only=True)


class AccountHandler(StepHandler[AccountContext]):
    """Takes steps about accounts."""

    not_allowed = NOT_ALLOWED

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[AccountContext],
        step_input: StepInput,
        *,
        locked: bool = True,  # noqa: ARG002 - no step check is offered
    ) -> AccountContext | None:
        """The account's open posts, locked. StepRefused unless the subject is above them all."""
        account = step_input.number
        posts = await posts_below(connection, subject, account, services)
        state = await connection.fetchval(_STATE, account)
        return AccountContext(connection, subject, services, step.id, step_input, posts=posts, state=state)

    def permissions(self, ctx: AccountContext, step: Step[AccountContext]) -> Sequence[PermissionCheck]:  # noqa: ARG002 - as every handler's
        """`load` checks: the subject may propose at every post, or approve at every post."""
        return ()

    def check_state(self, ctx: AccountContext, step: Step[AccountContext]) -> Iterable[StepProblem]:
        """Problems with the reason, and with the account's state."""
        yield from texts_clean({"reason": ctx.arguments["reason"]})
        yield from wrong_state(ctx.state, step.standing)

    async def record(self, ctx: AccountContext, step: Step[AccountContext], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger, where the account's highest post is."""
        facts = {"reason": ctx.arguments["reason"]}
        number, post = ctx.step_input.number, ctx.posts[0]
        await on_record(ctx.connection, ctx.subject, ctx.action, number, facts, post, ctx.services)

    def response(self, ctx: AccountContext) -> Mapping[str, int]:
        """The id of the account's highest post, to read it by."""
        return {"post": int(ctx.posts[0]["post"])}


async def _disable(ctx: AccountContext) -> None:
    await ctx.connection.execute(_DISABLE, ctx.step_input.number, AccountState.DISABLED.name, ctx.now)


_STEP: Step[AccountContext] = Step(
    StepId("account", "disable", "停用账号", "Disable an account at once: its tokens are void.", (1,)),
    target="Account",
    standing=(AccountState.ACTIVE,),
    effects=(_disable,),
)
ACCOUNTS = Workflow("account", "账号", "Accounts of officials", (_STEP,), AccountHandler())


async def disable(
    connection: Connection, subject: Subject, account: int, reason: str, key: str, services: StepServices
) -> int:
    """Disable the account; a post of it, to read it by. Its tokens are void from now on. StepRefused."""
    step_input = StepInput(account, None, key, arguments={"reason": reason})
    return (await perform(connection, ACCOUNTS, _STEP, subject, step_input, services)).touched["post"]


async def posts_below(connection: Connection, subject: Subject, account: int, services: StepServices) -> list[Row]:
    """The account's open posts, at all of which the subject may propose, or may approve; StepRefused otherwise."""
    posts = await open_posts(connection, account, services)
    actions = (PROPOSE.action, APPROVE.action)
    if not posts or not any(all(may(services, subject, action, post) for post in posts) for action in actions):
        raise StepRefused([problem_of(NOT_ALLOWED)])
    return posts


async def on_record(
    connection: Connection,
    subject: Subject | None,
    action: str,
    account: int,
    facts: Mapping[str, ledger.Fact],
    place: Columns,
    services: StepServices,
) -> None:
    """Put an act on an account on record, where its highest post is."""
    day, now = today(services.clock).isoformat(), services.clock.now()
    entry = ledger.AuditEntry(action, "Account", account, {**facts, "on": day}, tiers_of(place))
    await ledger.append(connection, entry, subject, now, policy_version=services.policy_version, trace=services.trace)
