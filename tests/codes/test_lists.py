"""代码表数据 Every coded column has its list, no list is unused, and codes agree with what rules and rows hold."""

import csv
import re
from itertools import chain

import pytest

from api.codes import CodeList, read
from api.codes.lists import FOLDER
from api.constraints import CODE
from api.rules.words.judging import FundUse, ReviewForm
from api.rules.words.vocabulary import Word
from api.schema.catalogue import entities
from api.schema.declare import spec_of

LISTS = {code_list.name: code_list for code_list in read()}


def pairs(chosen: CodeList) -> set[tuple[str, str]]:
    return {(item.code, item.zh) for item in chosen.items}


def of_words(words: type[Word]) -> set[tuple[str, str]]:
    return {(word.name, word.zh) for word in words}


def test_every_coded_column_has_its_list_and_no_list_is_unused() -> None:
    columns = chain.from_iterable(entity._meta.columns for entity in entities().values())
    named = {spec_of(column).codes for column in columns} - {None}
    assert named == set(LISTS)


def test_every_item_belongs_to_a_list() -> None:
    with (FOLDER / "items.csv").open(encoding="utf-8") as file:
        assert {row["list"] for row in csv.DictReader(file)} == set(LISTS)


def test_codes_are_capitals_and_occur_once_in_a_list() -> None:
    for chosen in LISTS.values():
        codes = [item.code for item in chosen.items]
        assert codes
        assert all(re.fullmatch(CODE, code) for code in codes), chosen.name
        assert len(set(codes)) == len(codes), chosen.name


@pytest.mark.parametrize("name", LISTS)
def test_labels_stand_in_both_languages_and_tell_codes_apart(name: str) -> None:
    chosen = LISTS[name]
    for labelled in (chosen, *chosen.items):
        assert re.search("[一-鿿]", labelled.zh)
        assert re.search("[A-Za-z]", labelled.en)
        assert not re.search("[一-鿿]", labelled.en)
        assert (labelled.zh, labelled.en) == (labelled.zh.strip(), labelled.en.strip())
    if name != "MEASURE_ITEM":  # an item is read within its theme
        assert len({item.zh for item in chosen.items}) == len({item.en for item in chosen.items}) == len(chosen.items)


def test_lists_that_rules_speak_of_have_their_words() -> None:
    assert pairs(LISTS["REVIEW_FORM"]) == of_words(ReviewForm)
    assert pairs(LISTS["FUNDING_USE"]) == of_words(FundUse)


def test_there_are_fourteen_themes_and_every_item_names_its_own() -> None:
    themes = {item.code for item in LISTS["MEASURE_THEME"].items}
    assert len(themes) == 14
    served = set()
    for item in LISTS["MEASURE_ITEM"].items:
        owners = [theme for theme in themes if item.code.startswith(f"{theme}_")]
        assert len(owners) == 1, item.code
        served.update(owners)
    assert served == themes


def test_known_sizes_of_national_tables() -> None:
    sizes = {"RELATION": 28, "ETHNICITY": 58, "POLITICAL_STATUS": 4, "EDUCATION": 6, "STUDENT": 25, "RISK": 11}
    assert {name: len(LISTS[name].items) for name in sizes} == sizes
