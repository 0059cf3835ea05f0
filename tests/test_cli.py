"""命令行 Fast help, errors with what to do next, a clean Ctrl-C."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import asyncpg
import click
import pytest
from click.testing import CliRunner, Result

import api.commands
from api import cli
from api.errors import INTERNAL, Problem, code
from api.serving import worker_process

MENDABLE = code(
    "TEST_ONLY",
    400,
    zh="期限 {found} 已过",
    en="{found} is past",
    next_zh="改期",
    next_en="choose another",
    question="Q34",
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Result]:
    def call(body: Callable[[], object]) -> Result:
        def importing(_: str) -> SimpleNamespace:
            return SimpleNamespace(command=click.command()(lambda: body()), __doc__="doc")

        monkeypatch.setattr(cli.importlib, "import_module", importing)
        return CliRunner().invoke(cli.main, ["migrate"])

    return call


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def body() -> NoReturn:
        raise error

    return body


def test_help_lists_every_command_without_importing_one() -> None:
    script = (
        "import sys; from api.cli import main; main(['--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith(('asyncpg', 'piccolo', 'api.commands.'))])"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert output.endswith("[]\n")
    for path in Path(api.commands.__path__[0]).glob("[a-z]*.py"):
        assert f"  {path.stem.replace('_', '-')} " in output


def test_every_command_explains_itself() -> None:
    context = click.Context(cli.main)
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        assert command
        assert command.name == name
        assert command.help
        assert CliRunner().invoke(cli.main, [name, "--help"]).exit_code == 0


def test_a_problem_is_told_in_both_languages_on_stderr(run: Callable[[Callable[[], object]], Result]) -> None:
    result = run(raising(Problem(MENDABLE, found="D+5")))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "TEST_ONLY: 期限 D+5 已过 (Q34)\n  D+5 is past\n  → 改期\n  → choose another\n"


def test_what_the_database_says_in_the_middle_is_a_problem_too(run: Callable[[Callable[[], object]], Result]) -> None:
    result = run(raising(asyncpg.AdminShutdownError("a secret")))
    assert result.exit_code == 2
    assert result.stderr.startswith("DATABASE_UNAVAILABLE: ")
    assert "a secret" not in result.output


@pytest.mark.parametrize("error", [ZeroDivisionError(), FileNotFoundError("x"), asyncpg.UndefinedTableError("x")])
def test_our_own_faults_keep_their_traceback(run: Callable[[Callable[[], object]], Result], error: Exception) -> None:
    assert run(raising(error)).exception is error


def test_ctrl_c_ends_quietly(run: Callable[[Callable[[], object]], Result]) -> None:
    result = run(raising(KeyboardInterrupt()))
    assert (result.exit_code, result.output) == (130, "")


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli.main, ["nonsense"])
    assert result.exit_code == 2
    assert "nonsense" in result.stderr
    assert INTERNAL.name not in result.stderr


def test_an_idle_connection_is_kept_longer_than_a_proxy_keeps_it() -> None:
    assert worker_process.config().timeout_keep_alive > 60
