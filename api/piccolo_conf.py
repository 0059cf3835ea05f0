"""配置 Piccolo's configuration: our engine and our tables; PICCOLO_CONF=api.piccolo_conf.

    PICCOLO_CONF=api.piccolo_conf piccolo migrations new api --auto --desc="Nicknames of households"
    PICCOLO_CONF=api.piccolo_conf piccolo migrations check

Piccolo's commands use the database that DATABASE_URL names, else the embedded one, which starts for the command.
`shouwang migrate` alone runs migrations: it also creates CHECKs, functions, triggers and views, and sets privileges.
"""

import atexit
import sys
from contextlib import ExitStack

from piccolo.conf.apps import AppRegistry

from api import roles
from api.cluster import cluster
from api.database import ENGINE, Dsn
from api.settings import read

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["api.piccolo_app"])


async def find_owner() -> Dsn:
    """The login of the tables' owner; an embedded server runs until this process ends."""
    running = ExitStack()
    database = running.enter_context(cluster(read()))
    atexit.register(running.close)
    if database.makes_database:
        await database.create_roles()
        await roles.create_database(database.admin, database.logins)
    return database.logins.owner


if "piccolo.main" in sys.modules:  # the `piccolo` command; the product binds connections of its own
    from api.migration_file import use_in_piccolo

    ENGINE.find_owner = find_owner
    use_in_piccolo()
