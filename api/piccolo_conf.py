"""配置 Where Piccolo finds our engine and our tables: PICCOLO_CONF=api.piccolo_conf."""

from piccolo.conf.apps import AppRegistry

from api.database import ENGINE

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["api.piccolo_app"])
