"""文档 The committed documents are what the code generates, whole, and the same every time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.access.actions import ACTIONS
from api.access.words import KINDS, REACHES
from api.cli import main
from api.codes.lists import read as code_lists
from api.errors import CODES
from api.projection import pages
from api.projection.pages import DOCS, drifted, write
from api.projection.places import ROOT
from api.projection.row_types import FOLDER, row_modules
from api.projection.vocabularies import vocabularies
from api.resolvers.schema import core
from api.rules.checks.field_library import ALL_CHECKS
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.verdict import SENTENCES
from api.schema.catalogue import catalogue
from api.settings import variables
from api.workflow.registry import WORKFLOWS

SHOUWANG = "from api.cli import main; main()"


@pytest.fixture(scope="module")
def page_texts(tmp_path_factory) -> dict[str, str]:
    """Every page, generated once in a process of its own, where no test has declared anything."""
    folder = tmp_path_factory.mktemp("docs")
    words = [sys.executable, "-c", SHOUWANG, "docs", "--folder", str(folder)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_committed_documents_say_what_the_code_says(page_texts):
    assert drifted(page_texts) == [], "run `make docs` and commit what it writes"


def test_the_committed_types_of_rows_are_those_of_the_catalogue():
    assert drifted(row_modules(), FOLDER) == [], "run `make docs` and commit what it writes"
    assert {path.name for path in FOLDER.glob("*.py")} == {*row_modules(), "__init__.py"}, "a module of no theme"


def test_a_document_is_a_text_that_names_no_machine(page_texts):
    for name, text in page_texts.items():
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        assert str(ROOT) not in text, name


def test_check_names_the_page_that_drifted_and_writing_mends_it(tmp_path, page_texts, monkeypatch):
    monkeypatch.setattr("api.commands.docs.pages", lambda _: page_texts)
    assert sorted(write(page_texts, tmp_path)) == sorted(page_texts)
    assert write(page_texts, tmp_path) == []
    (tmp_path / "rules.md").write_text("typed by hand", encoding="utf-8")
    assert drifted(page_texts, tmp_path) == ["rules.md"]
    outcome = CliRunner().invoke(main, ["docs", "--check", "--folder", str(tmp_path)])
    assert outcome.exit_code == 2
    assert "DOCS_DRIFTED" in outcome.stderr
    assert "rules.md" in outcome.stderr
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == "typed by hand"
    assert CliRunner().invoke(main, ["docs", "--folder", str(tmp_path)]).exit_code == 0
    assert drifted(page_texts, tmp_path) == []


def test_check_names_the_types_of_rows_that_drifted(tmp_path, page_texts, monkeypatch):
    monkeypatch.setattr("api.commands.docs.pages", lambda _: page_texts)
    monkeypatch.setattr("api.commands.docs.FOLDER", tmp_path)
    write(page_texts, tmp_path)
    write(row_modules(), tmp_path)
    (tmp_path / "posts.py").write_text("typed by hand", encoding="utf-8")
    outcome = CliRunner().invoke(main, ["docs", "--check", "--folder", str(tmp_path)])
    assert outcome.exit_code == 2
    assert "posts.py" in outcome.stderr
    assert CliRunner().invoke(main, ["docs", "--folder", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(main, ["docs", "--check", "--folder", str(tmp_path)]).exit_code == 0


def test_the_sdl_describes_everything_in_both_languages():
    chinese = re.compile(r"[一-鿿]")
    missing = []
    for name, kind in core().type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID", "Float"):
            continue
        parts = [(name, kind.description)]
        for field_name, field in getattr(kind, "fields", {}).items():
            parts.append((f"{name}.{field_name}", field.description))
            parts += [(f"{name}.{field_name}({at})", arg.description) for at, arg in getattr(field, "args", {}).items()]
        parts += [(f"{name}.{value}", member.description) for value, member in getattr(kind, "values", {}).items()]
        custom = name in ("Date", "DateTime", "Decimal")  # Strawberry's own scalars
        missing += [at for at, text in parts if not text or (not custom and not chinese.search(text))]
    assert missing == []


def test_the_data_dictionary_has_every_column_and_every_field(page_texts):
    sections = page_texts["data-dictionary.md"].split("\n## ")[1:]
    by_type = {re.search(r"^`(\w+)`, table", text, re.M).group(1): text for text in sections}
    assert by_type.keys() == catalogue().keys()
    for name, type_ in catalogue().items():
        for column in type_.by_column:
            assert f"| `{column}` |" in by_type[name], f"{name}.{column}"
        for member in (*type_.fields, *type_.relations, *type_.filters, *type_.orders):
            assert member == "ID" or f"`{member}`" in by_type[name], f"{name}.{member}"


def test_every_word_code_rule_parameter_and_error_has_its_line(page_texts):
    for name, words in vocabularies().items():
        assert f"## {name}\n" in page_texts["vocabularies.md"]
        for word in words:
            assert f"| `{word.name}` | {word.zh} |" in page_texts["vocabularies.md"]
    for code_list in code_lists():
        assert f"## {code_list.zh} {code_list.en} {code_list.name}\n" in page_texts["code-lists.md"]
        for item in code_list.items:
            assert f"| `{item.code}` | {item.zh} | {item.en} |" in page_texts["code-lists.md"]
    for rule in RULES.values():
        assert f"`{rule.theme}.{rule.name}`" in page_texts["rules.md"]
    for name in (*SENTENCES, *ALL_CHECKS):
        assert f"| {name} |" in page_texts["rules.md"]
    for name in PARAMETERS:
        assert f"`{name}`" in page_texts["parameters.md"]
    for name, code in CODES.items():
        assert name == "TEST_ONLY" or f"| `{name}` | {code.status} |" in page_texts["errors.md"]


def test_every_step_is_in_its_workflow_s_table_and_diagram(page_texts):
    for workflow in WORKFLOWS.values():
        assert f"## {workflow.zh} {workflow.name}\n" in page_texts["workflows.md"]
        for step in workflow.steps:
            assert f"`{workflow.mutation(step)}`" in page_texts["workflows.md"]
            for source in step.sources:
                assert step.to is None or f"  {source.name} --> {step.to.name}: {step.zh}" in page_texts["workflows.md"]


def test_every_policy_word_is_explained(page_texts):
    for word in (*ACTIONS, *KINDS, *REACHES):
        assert f"| {word} |" in page_texts["permissions.md"]


def test_every_setting_is_there_with_its_default_and_its_meaning(page_texts):
    for name, variable in variables().items():
        line = next(line for line in page_texts["settings.md"].splitlines() if line.startswith(f"| `{name}` |"))
        for cell in (variable.default or "", variable.type.en, variable.zh, variable.en):
            assert cell.replace("|", "\\|") in line


def test_every_command_shows_its_help(page_texts):
    for name in main.list_commands(None):
        assert f"## shouwang {name}\n" in page_texts["commands.md"]


def test_every_page_that_a_module_makes_is_in_the_table_of_pages():
    names = {
        name
        for path in Path(pages.__file__).parent.glob("*.py")
        for name in re.findall(r"^def (\w+_page)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert names
    assert sorted(name for name in names if not hasattr(pages, name)) == [], "add it to api/projection/pages.py"


def test_a_document_written_by_hand_is_linked_from_another(page_texts):
    texts = {path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *DOCS.rglob("*.md")]}
    by_hand = {path for path in DOCS.glob("*.md") if path.name not in page_texts}
    linked = {
        (path.parent / target).resolve()
        for path, text in texts.items()
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
        if "://" not in target
    }
    assert {path.name for path in by_hand if path.resolve() not in linked} == set()


def test_links_between_documents_lead_somewhere():
    for path in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name} → {target}"
