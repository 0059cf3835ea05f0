"""登记 Every table of `api.schema` (views apart) and the folder of its migrations, as Piccolo wants them told."""

from pathlib import Path
from pkgutil import iter_modules

from piccolo.conf.apps import AppConfig, table_finder

import api.schema
import migrations

ABSTRACT = {"declare"}  # Entity is what tables are made of, not a table

FOUND = table_finder(
    [f"api.schema.{module.name}" for module in iter_modules(api.schema.__path__) if module.name not in ABSTRACT],
    exclude_imported=True,
)

APP_CONFIG = AppConfig(
    app_name="api",
    migrations_folder_path=str(Path(migrations.__path__[0])),
    table_classes=[table for table in FOUND if not getattr(table, "view", False)],
)
