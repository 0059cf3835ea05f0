"""文档页 Every generated page of docs/: what it is made of, writing them, and naming those that drifted."""

from collections.abc import Mapping
from pathlib import Path

import click

from api.access.review.matrix import permission_matrix
from api.projection.code_lists import code_list_page
from api.projection.dictionary import data_dictionary
from api.projection.environment import setting_page
from api.projection.judgements import parameter_page, rule_page
from api.projection.manual import command_page
from api.projection.modules import every_module
from api.projection.places import ROOT
from api.projection.refusals import error_page
from api.projection.vocabularies import vocabulary_page
from api.projection.workflows import workflow_page
from api.resolvers.schema import sdl

DOCS = ROOT / "docs"


def pages(main: click.Command) -> dict[str, str]:
    """The text of every generated page by its file name; the same text whenever nothing declared has changed."""
    every_module()
    return {
        "schema.graphql": sdl(),
        "data-dictionary.md": data_dictionary(),
        "vocabularies.md": vocabulary_page(),
        "code-lists.md": code_list_page(),
        "rules.md": rule_page(),
        "parameters.md": parameter_page(),
        "workflows.md": workflow_page(),
        "permissions.md": permission_matrix(),
        "errors.md": error_page(),
        "settings.md": setting_page(),
        "commands.md": command_page(main),
    }


def drifted(texts: Mapping[str, str], folder: Path = DOCS) -> list[str]:
    """The names of the pages whose file is missing or says something else."""
    return [name for name, text in texts.items() if _read(folder / name) != text]


def write(texts: Mapping[str, str], folder: Path = DOCS) -> list[str]:
    """Write the pages that drifted; their names."""
    changed = drifted(texts, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (folder / name).write_text(texts[name], encoding="utf-8", newline="\n")
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
