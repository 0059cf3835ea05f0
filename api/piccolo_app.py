"""登记 Tables of `api.schema.entities`, views apart, and the folder of their migrations, as Piccolo reads them."""

from pathlib import Path
from pkgutil import walk_packages

from piccolo.conf.apps import AppConfig, table_finder

import api.schema.entities
import migrations

TABLES = table_finder(
    [module.name for module in walk_packages(api.schema.entities.__path__, "api.schema.entities.") if not module.ispkg],
    exclude_imported=True,
)

APP_CONFIG = AppConfig(
    app_name="api",
    migrations_folder_path=str(Path(migrations.__path__[0])),
    table_classes=[table for table in TABLES if not getattr(table, "view", False)],
)
