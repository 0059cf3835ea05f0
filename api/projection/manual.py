"""命令手册 The `--help` text of every command, as docs/commands.md shows it."""

from collections.abc import Iterator

import click

from api.projection.tables import page

WIDTH = 110


def command_page(main: click.Command) -> str:
    """The page, from the command line's own group."""
    return page(
        "命令 Commands",
        "取自 `shouwang … --help`。",
        "What `shouwang … --help` says.",
        *(f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps(main, None, "shouwang")),
    )


def helps(command: click.Command, parent: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
    """The help of a command and of every command below it."""
    context = click.Context(command, parent, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            subcommand = command.get_command(context, below)
            if subcommand is not None:
                yield from helps(subcommand, context, below)
