"""配置 Where Piccolo finds our engine and our tables: PICCOLO_CONF=api.piccolo_conf.

Piccolo's own commands (`piccolo migrations check`) use the database that DATABASE_URL names.
"""

from piccolo.conf.apps import AppRegistry

from api.database import ENGINE, Dsn
from api.settings import read

if owner := read().database_url:
    ENGINE.config = Dsn.from_url(owner).arguments()

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["api.piccolo_app"])
