"""Texts and SQL side by side become one expression, however many of them there are."""

import json

from api.database import Reader
from api.planner.sql.json_expr import JsonExpr, between_quotes, joined, sql


def test_texts_are_laid_side_by_side() -> None:
    inner = joined([("a", JsonExpr(("null",))), ("b", sql("t.b"))])
    piece = joined([("x", inner), ("y", between_quotes("t.y"))])
    assert piece.text == """concat('{"x":{"a":null,"b":',t.b,'},"y":"',t.y,'"}')"""
    before, middle, after = piece.split_constant_ends()
    assert (before, after) == ('{"x":{"a":null,"b":', '"}')
    assert middle.text == """concat(t.b,'},"y":"',t.y)"""


def test_what_needs_no_sql_is_all_frame() -> None:
    before, middle, after = joined([("a", JsonExpr(("1",)))]).split_constant_ends()
    assert (before, middle.text, after) == ('{"a":1}', "''", "")


async def test_more_arguments_than_one_call_takes(reader: Reader) -> None:
    piece = joined([(f"k{index}", sql(str(index))) for index in range(7000)])
    answer = await reader.fetch(f"select textsend({piece.text})", [])
    assert json.loads(answer) == {f"k{index}": index for index in range(7000)}
