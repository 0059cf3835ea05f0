"""集群 Makes four logins from settings: of the embedded server, or of the PostgreSQL in DATABASE_URL. DESIGN §7"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from api import grants, roles
from api.database import Dsn
from api.embedded import SUPERUSER, Server, check_home
from api.embedded.passwords import load
from api.migrate import migrate
from api.roles import ROLES, Logins
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Cluster:
    """The logins, and what it takes to make their database ready."""

    logins: Logins
    admin: Dsn  # may create the missing roles: the embedded superuser, or DATABASE_URL's user
    created: tuple[str, ...]  # the roles that are ours to create
    makes_database: bool

    async def prepare(self) -> list[str]:
        """Roles, database, migrations, grants, check: all idempotent. The identifiers of the migrations that ran."""
        await self.create_roles()
        if self.makes_database:
            await roles.create_database(self.admin, self.logins)
        await roles.restrict(self.admin, self.logins)
        ran = await migrate(self.logins.owner)
        await grants.grant(self.logins.owner, self.logins)
        await grants.check(self.logins)
        return ran

    async def create_roles(self) -> None:
        """Create the roles that are ours to create."""
        if self.created:
            await roles.create(self.admin, self.logins, self.created)


@contextmanager
def cluster(settings: Settings, *, attach: bool = False, keep: bool = False) -> Iterator[Cluster]:
    """Use the database for as long as the block lasts; an embedded server that nobody else uses stops after it.

    `attach`: another process of this home runs the embedded server, and starts it when it is away. `keep`: this one
    does.
    """
    if settings.database_url:
        yield _external(settings, Dsn.from_url(settings.database_url))
        return
    server = Server(settings.home, settings.postgres_bin, roles=ROLES)
    with server.attached() if attach else server, server.kept_running() if keep else nullcontext():
        admin = Dsn(server.host, server.port, SUPERUSER, server.passwords[SUPERUSER], "postgres")
        logins = Logins.named(admin.to_database(settings.database), server.passwords)
        yield Cluster(logins, admin, ROLES, makes_database=True)


def _external(settings: Settings, owner: Dsn) -> Cluster:
    urls = {"app": settings.app_url, "reader": settings.reader_url, "nation": settings.nation_url}
    missing = tuple(role for role, url in urls.items() if url is None)
    check_home(settings.home)
    passwords = load(settings.home, missing) if missing else {}
    prefix = owner.user.removesuffix("_owner")  # two deployments on one server keep apart by their owners
    logins = {
        role: Dsn.from_url(url) if url else owner.as_user(f"{prefix}_{role}", passwords[role])
        for role, url in urls.items()
    }
    return Cluster(Logins(owner=owner, **logins), owner, missing, makes_database=False)
