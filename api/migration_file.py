"""新迁移 Writes the file of `piccolo migrations new`: our numbers, one line a column, formatted. DESIGN §7

Piccolo finds out what changed and says it in statements of many lines; `render` says the same in those of
`api.migration`. What that has no words for (a column altered, renamed or dropped) stays Piccolo's statement.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import black
from piccolo.apps.migrations.auto import AlterStatements
from piccolo.apps.migrations.commands import new
from piccolo.conf.apps import AppConfig

from api.migration import DEFAULTS, REFERENCE_DEFAULTS

LINE_LENGTH = 120
NUMBERED = re.compile(r"(\d{4})_\w+")
HEAD = '''"""{description}."""

{imports}

ID = "{identifier}"
DESCRIPTION = "{description}"

{definitions}
async def forwards() -> Changes:
    """Changes from the release before."""
    changes = Changes(ID, DESCRIPTION)
{body}
    return changes
'''


@dataclass(slots=True)
class Body:
    """Lines of a migration's function, and the names they use."""

    tables: dict[str, str] = field(default_factory=dict)  # variable by table: how it is assigned
    columns: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)  # names of Piccolo's column types


def use_in_piccolo() -> None:
    """Let this process's `piccolo migrations new` write migrations as this module does."""
    new._create_new_migration = create  # type: ignore[assignment]  # noqa: SLF001 - Piccolo offers no hook


async def create(
    app_config: AppConfig, auto: bool = False, description: str = "", auto_input: str | None = None
) -> Path:
    """Write the next migration and return its path; Piccolo's NoChanges when the tables are as migrated."""
    folder = Path(app_config.resolved_migrations_folder_path)
    alter_statements: list[AlterStatements] = []
    if auto:
        manager = new.AutoMigrationManager(auto_input=auto_input)
        alter_statements = await manager.get_alter_statements(app_config=app_config)
        if not any(part.statements for part in alter_statements):
            raise new.NoChanges
    tables = list(dict.fromkeys(chain.from_iterable(map(_tables_of, _statements(alter_statements)))))
    description = description or ("Changes of " + ", ".join(tables) if tables else "Plain SQL")
    path = folder / f"{next_number(folder):04}_{_slug(description)}.py"
    path.write_text(render(path.stem, description, alter_statements), encoding="utf-8")
    print(f"Wrote {path}")  # noqa: T201 - Piccolo's commands print
    return path


def next_number(folder: Path) -> int:
    """The number after the highest of the folder's migrations."""
    numbers = [int(match[1]) for path in folder.glob("*.py") if (match := NUMBERED.fullmatch(path.stem))]
    return max(numbers, default=0) + 1


def render(identifier: str, description: str, alter_statements: Iterable[AlterStatements]) -> str:
    """The text of a migration that makes these changes, formatted."""
    definitions = {str(text) for part in alter_statements for text in part.extra_definitions}
    class_tables = _class_tables(definitions)
    body = Body()
    for statement in _statements(alter_statements):
        _add_statement(body, statement, class_tables)
    used = " ".join(body.others)
    kept_imports = {str(text) for part in alter_statements for text in part.extra_imports if _target(str(text)) in used}
    kept_definitions = [text for text in sorted(definitions) if re.search(rf"\b{_class_name(text)}\b", used)]
    if kept_definitions:
        kept_imports |= {str(text) for part in alter_statements for text in part.extra_imports}
    lines = [*body.tables.values(), *body.columns, *body.others] or ['changes.sql("select 1")']
    imports = _imports({*kept_imports, "from api.migration import Changes"}, body.types)
    text = HEAD.format(
        identifier=identifier,
        description=description.replace("\\", "/").replace('"', "'"),
        imports=imports,
        definitions="".join(f"\n{text}\n\n" for text in kept_definitions),
        body="\n".join(f"    {line}" for line in lines),
    )
    return black.format_str(text, mode=black.FileMode(line_length=LINE_LENGTH))


def _statements(alter_statements: Iterable[AlterStatements]) -> list[str]:
    """Piccolo's statements of all kinds; those of one table follow each other (Piccolo's own order is by chance)."""
    return [
        statement
        for part in alter_statements
        for statement in sorted(part.statements, key=lambda statement: _tables_of(statement) or [""])
    ]


def _tables_of(statement: str) -> list[str]:
    """Names of the tables that a statement of Piccolo's is about."""
    return re.findall(r"\btablename='(\w+)'", statement)[:1] or re.findall(r"\bnew_tablename='(\w+)'", statement)


def _add_statement(body: Body, statement: str, class_tables: dict[str, str]) -> None:
    call = ast.parse(statement, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    arguments = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if call.func.attr == "add_table" and _is_none(arguments["schema"]):
        name = _text(arguments["tablename"])
        body.tables[name] = f"{name} = changes.new_table({_text(arguments['class_name'])!r}, {name!r})"
    elif call.func.attr == "add_column" and _is_none(arguments["schema"]) and _is_same_name(arguments):
        body.columns.append(_column(body, arguments, class_tables))
    else:
        body.others.append(f"changes.{ast.unparse(call).removeprefix('manager.')}")


def _column(body: Body, arguments: dict[str, ast.expr], class_tables: dict[str, str]) -> str:
    """One line that adds a column, with what differs from the defaults alone."""
    table, kind = _text(arguments["tablename"]), ast.unparse(arguments["column_class"])
    _use_table(body, _text(arguments["table_class_name"]), table)
    parameters = arguments["params"]
    assert isinstance(parameters, ast.Dict)
    body.types.add(kind)
    words = [repr(_text(arguments["column_name"])), kind]
    for key, value in zip(parameters.keys, parameters.values, strict=True):
        assert isinstance(key, ast.Constant)
        name = str(key.value)
        if name == "references" and isinstance(value, ast.Name):
            target = class_tables[value.id]
            _use_table(body, value.id, target)
            words.append(f"references={target}")
        elif isinstance(value, ast.Call):  # an array's own column
            body.types.add(ast.unparse(value.func))
            inner = [f"{word.arg}={ast.unparse(word.value)}" for word in value.keywords if not _is_default(word)]
            words.append(f"{name}={ast.unparse(value.func)}({', '.join(inner)})")
        elif not _is_default(ast.keyword(name, value)):
            words.append(f"{name}={ast.unparse(value)}")
    return f"{table}.add({', '.join(words)})"


def _use_table(body: Body, class_name: str, table: str) -> None:
    body.tables.setdefault(table, f"{table} = changes.table({class_name!r}, {table!r})")


def _is_default(word: ast.keyword) -> bool:
    defaults = DEFAULTS | REFERENCE_DEFAULTS
    return word.arg in defaults and ast.unparse(word.value) in (repr(defaults[word.arg]), str(defaults[word.arg]))


def _is_same_name(arguments: dict[str, ast.expr]) -> bool:
    return _text(arguments["column_name"]) == _text(arguments["db_column_name"])


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _text(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _class_tables(definitions: Iterable[str]) -> dict[str, str]:
    """Table names by class name, from the classes that Piccolo defines for foreign keys."""
    return {_class_name(text): re.findall(r'tablename="(\w+)"', text)[0] for text in definitions}


def _class_name(definition: str) -> str:
    return str(re.findall(r"class (\w+)", definition)[0])


def _target(statement: str) -> str:
    """The name that an import statement binds."""
    return statement.split()[-1]


def _imports(statements: Iterable[str], types: Iterable[str]) -> str:
    """Import statements in the order that the linter wants."""
    names: dict[str, set[str]] = {"piccolo.columns": set(types)}
    for statement in statements:
        match = re.fullmatch(r"from (\S+) import (.+)", statement)
        if match:
            names.setdefault(match[1], set()).add(match[2])
    blocks: dict[bool, list[str]] = {False: [], True: []}
    for module in sorted(module for module in names if names[module]):
        ordered = ", ".join(sorted(names[module], key=_import_order))
        blocks[module.startswith("api.")].append(f"from {module} import {ordered}")
    return "\n\n".join("\n".join(lines) for lines in blocks.values() if lines)


def _import_order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def _slug(description: str) -> str:
    words: Iterator[str] = iter(re.findall(r"[a-z0-9]+", description.lower()))
    return "_".join(words)[:50].rstrip("_") or "changes"
