"""The scanner finds each class of number in each disguise, and nothing in ordinary official sentences. Q38"""

import os
from pathlib import Path
from random import Random

import pytest

from api.rules.privacy.personal_data import find_personal_data
from api.rules.words.judging import PersonalData
from tests.support.guide.person_numbers import AFTER, BEFORE, DISGUISES, NAMED, NUMBERS

SENTENCES = Path(__file__).with_name("ordinary_sentences.txt").read_text(encoding="utf-8").splitlines()
ROUNDS = 3000 if os.environ.get("SHOUWANG_HYPOTHESIS") == "soak" else 60


def covered(text: str, kind: PersonalData, start: int, end: int) -> bool:
    """Whether finds of the kind cover most of a stretch, so that masking them hides the number.

    A card of eighteen digits may hold a birth date, and a pass may read as a landline: found all the same.
    """
    kinds = {kind, PersonalData.IDENTITY_NUMBER}
    found_at = {at for place in find_personal_data(text) if place.kind in kinds for at in range(place.start, place.end)}
    return len(found_at & set(range(start, end))) > (end - start) // 2


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("number_class", NUMBERS)
def test_a_number_is_found_in_each_disguise(number_class: str, disguise: str) -> None:
    kind, make = NUMBERS[number_class]
    random = Random(f"{number_class} {disguise}")
    for _ in range(ROUNDS):
        before, after = random.choice(BEFORE), random.choice(AFTER)
        number = DISGUISES[disguise](make(random), random)
        assert covered(before + number + after, kind, len(before), len(before + number)), before + number + after


@pytest.mark.parametrize("number_class", NAMED)
def test_a_number_is_found_by_the_word_or_letter_before_it(number_class: str) -> None:
    kind, make = NAMED[number_class]
    random = Random(number_class)
    for _ in range(ROUNDS):
        before, after = random.choice(BEFORE), random.choice(AFTER)
        number = make(random)
        finds = find_personal_data(before + number + after)
        kinds = {kind, PersonalData.PHONE}
        assert any(place.kind in kinds and place.end == len(before + number) for place in finds), (
            before + number + after
        )


def test_two_hundred_ordinary_sentences_hold_nothing() -> None:
    assert len(set(SENTENCES)) >= 200
    hits = {sentence: find_personal_data(sentence) for sentence in SENTENCES}
    assert {sentence: places for sentence, places in hits.items() if places} == {}


def test_sentences_one_after_another_hold_nothing_either() -> None:
    random = Random(38)
    for _ in range(200):
        text = "".join(random.sample(SENTENCES, 4))
        assert find_personal_data(text) == (), text


@pytest.mark.parametrize("number_class", NUMBERS)
def test_a_number_hidden_in_an_ordinary_sentence_is_found(number_class: str) -> None:
    kind, make = NUMBERS[number_class]
    random = Random(number_class)
    for sentence in random.sample(SENTENCES, 60):
        text = f"{sentence}{make(random)}，{random.choice(SENTENCES)}"
        assert any(place.kind is kind for place in find_personal_data(text)), text
