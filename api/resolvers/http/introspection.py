"""内省 Decides who may read the schema: SHOUWANG_INTROSPECTION, checked at start, applied to each document."""

from functools import cache

from api.access.role import roles
from api.access.subject import Subject
from api.errors import code
from api.rules.words.vocabulary import Department, Duty, Tier
from api.setting_types import matching
from api.settings import Settings, bad_setting

EVERYONE, NOBODY = "everyone", "nobody"
INTROSPECTION_CLOSED = code(
    "INTROSPECTION_CLOSED",
    403,
    zh="此角色不得内省接口",
    en="this role may not introspect the schema",
    next_zh="使用随产品发布的接口文件，或请运维人员开放内省",
    next_en="use the schema file that comes with the product, or ask the operator to open introspection",
)
_EXPECTED = matching(
    bool,
    " everyone、nobody，或逗号分隔的层级、部门、职责、整个角色",
    "everyone, nobody, or by comma tiers, departments, duties or whole roles such as county:health:handler",
)


def check_introspection(settings: Settings) -> None:
    """BAD_SETTING for a word that no role has: it would close the schema to a role that was meant to see it."""
    if not _words(settings.introspection) <= {EVERYONE, NOBODY, *_role_words()}:
        raise bad_setting("SHOUWANG_INTROSPECTION", _EXPECTED)


def may_introspect(subject: Subject, setting: str) -> bool:
    """Whether somebody of this role may ask for the schema, by the words of SHOUWANG_INTROSPECTION."""
    return not _words(setting).isdisjoint({EVERYONE, subject.role, *subject.role.split(":")})


@cache
def _role_words() -> frozenset[str]:
    return frozenset({*roles(), *(word.name.lower() for words in (Tier, Department, Duty) for word in words)})


@cache
def _words(setting: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in setting.split(","))
