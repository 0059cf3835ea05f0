"""命令行 `shouwang`: each command is a file in `api/commands`, imported only when it is called.

An error the caller can mend goes to stderr as `CODE: sentence`, in Chinese and English with what to do next, and ends
with status 2. Ctrl-C ends quietly with status 130.
"""

import ast
import importlib
import sys
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import click

import api.commands
from api.errors import Problem

FOLDER = Path(api.commands.__path__[0])


class Commands(click.Group):
    """The commands by file name; `--help` reads the first line of each file's docstring without importing it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, `_` written as `-`."""
        return sorted(module.name.replace("_", "-") for module in iter_modules(api.commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's file and take its `command`."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"api.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.name, command.help = cmd_name, command.help or module.__doc__
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each command with the first line of its file's docstring."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_line(name)) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; tell a Problem as text instead of a traceback."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            click.echo(explained(problem), err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:
            from asyncpg import IntegrityConstraintViolationError  # not imported for --help

            from api.database import problem_of
            from api.safe_logging import described

            translated = None if isinstance(error, OSError) else problem_of(error)
            if translated is None and isinstance(error, IntegrityConstraintViolationError):
                # its text, which a traceback ends with, repeats the row that was refused
                click.echo(f"{type(error).__name__} {error.sqlstate}: {described(error)}", err=True)
                sys.exit(1)
            if translated is None:
                raise
            click.echo(explained(translated), err=True)
            sys.exit(2)


def explained(problem: Problem) -> str:
    """Print a problem: the code, both sentences, the next step."""
    extensions = problem.extensions()
    question = f" ({extensions['question']})" if "question" in extensions else ""
    return (
        f"{problem.code.name}: {problem.text('zh')}{question}\n  {problem.text('en')}\n"
        f"  → {extensions['next']['zh']}\n  → {extensions['next']['en']}"
    )


def _first_line(name: str) -> str:
    text = (FOLDER / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").split("\n", 1)[0]


@click.group(cls=Commands, help="守望 Shouwang: monitoring and assistance against falling back into poverty.")
@click.version_option(package_name="shouwang")
def main() -> None:
    """The group itself: what is said in its help."""
