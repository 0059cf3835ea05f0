"""文档 Generate the documents of docs/ anew, or check that they are up to date."""

from pathlib import Path

import click

from api.errors import Problem, code
from api.projection.pages import DOCS, drifted, pages, write
from api.projection.row_types import FOLDER, row_modules

DOCS_DRIFTED = code(
    "DOCS_DRIFTED",
    500,
    zh="文档与代码不一致：{found}",
    en="the documents differ from the code: {found}",
    next_zh="运行 shouwang docs 并提交结果",
    next_en="run `shouwang docs` and commit what it writes",
)


@click.command()
@click.option("--check", is_flag=True, help="只检查，不写入 Write nothing; fail when a page differs.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=DOCS, help="目录 Another folder.")
@click.pass_context
def command(context: click.Context, check: bool, folder: Path) -> None:
    """文档 Generate SDL, data dictionary, vocabularies, rules, permissions, errors, settings and commands in docs/.

    The types of rows in api/schema/rows are generated with them.
    """
    texts, modules = pages(context.find_root().command), row_modules()
    if check:
        changed = [*drifted(texts, folder), *drifted(modules, FOLDER)]
        if changed:
            raise Problem(DOCS_DRIFTED, found=", ".join(changed))
    for name in (*write(texts, folder), *write(modules, FOLDER)):
        click.echo(name)
    click.echo(f"{len(texts)} 份文档与代码一致。 {len(texts)} documents say what the code says.")
