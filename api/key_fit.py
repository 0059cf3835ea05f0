"""密钥相符 The sealer of an installation, made only when its key file belongs to the database. Q38

The fit is checked before a key is used and before a key file is made: a database that holds sealed values is never
given new keys, and never another database's.
"""

from api.database import Connection, Dsn, problems
from api.errors import Problem, Term
from api.piccolo_app import APP_CONFIG
from api.schema.declare import Entity
from api.sealing import Place, Sealer, check_keys
from api.sealing.keyring import KEYS_UNUSABLE, KeyringFile
from api.settings import Settings

PLACES = tuple(
    Place(table._meta.tablename, column)
    for table in APP_CONFIG.table_classes
    if issubclass(table, Entity)
    for column in table.sealed
)
"""Every sealed identifier there is."""
_EXISTS = """select count(*) = 2 from pg_attribute
  where attrelid = to_regclass($1) and attname in ($2 || '_sealed', $2 || '_index') and not attisdropped"""


async def fitting_sealer(settings: Settings, login: Dsn) -> Sealer:
    """The sealer of the settings' key file; a missing HOME/keys.json is made for a database without sealed values.

    Problems: KEYS_DO_NOT_FIT, KEYS_UNUSABLE, and those of the connection.
    """
    with problems():
        connection = await login.connect(timeout=5, command_timeout=10)
        try:
            return await _fitting_sealer(settings, connection)
        finally:
            connection.terminate()


async def _fitting_sealer(settings: Settings, connection: Connection) -> Sealer:
    places = [place for place in PLACES if await _holds_values(connection, place)]
    path = settings.keys_file or settings.home / "keys.json"
    if places and not path.exists():
        fault = Term(
            "missing", "文件不存在，而数据库中已有密封的值", "it is missing, and the database holds sealed values"
        )
        raise Problem(KEYS_UNUSABLE, path=str(path), found=fault)
    file = KeyringFile(settings.home, settings.keys_file)
    sealer = Sealer(file.read(), file)
    await check_keys(connection, sealer, places)
    return sealer


async def _holds_values(connection: Connection, place: Place) -> bool:
    """Whether a value is sealed there; the tables of a database that was never migrated do not exist yet."""
    if not await connection.fetchval(_EXISTS, place.table, place.column):
        return False
    sql = f"select exists (select from {place.table} where {place.column}_sealed is not null)"  # noqa: S608 - names are declared
    return bool(await connection.fetchval(sql))
