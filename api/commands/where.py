"""何处 Where a derived name comes from: its declaration, its group, the policy rows and rules that touch it."""

import click

from api.projection.where import where


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """何处 Where NAME comes from: Member.idNumber, households, county.handler, an error code, a rule, a word, Q34."""
    for trace in where(name):
        click.echo(trace.as_text())
