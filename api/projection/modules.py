"""模块 Import every module of the product: a declaration registers itself when its module is imported."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import api


@cache
def every_module() -> tuple[ModuleType, ...]:
    """Every module below `api`, imported, by name."""
    names = sorted(module.name for module in pkgutil.walk_packages(api.__path__, f"{api.__name__}."))
    return tuple(importlib.import_module(name) for name in names)
