"""何处 Finds the origin of a derived name: its declaration, its group, the policy rows and rules that touch it."""

import click

from api.projection.where import where


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """何处 Find the origin of NAME: Member.idNumber, households, county.handler, an error code, a rule, a word, Q34."""
    for trace in where(name):
        click.echo(trace.as_text())
