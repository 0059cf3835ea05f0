"""21. 开发式帮扶: they work or take part; handouts, dividends and idle training never count."""

import pytest

from api.rules.themes.assistance import MeasureNature, kind_of_measure
from api.rules.words.vocabulary import MeasureKind


@pytest.mark.parametrize(
    ("nature", "kind", "code"),
    [
        (MeasureNature(takes_part=True), MeasureKind.DEVELOPMENT, "MEASURE_TAKES_PART"),
        (MeasureNature(handout=True, takes_part=True), MeasureKind.OTHER, "MEASURE_HANDOUT"),
        (MeasureNature(dividend=True, takes_part=True), MeasureKind.OTHER, "MEASURE_DIVIDEND"),
        (MeasureNature(training=True), MeasureKind.OTHER, "MEASURE_TRAINING_WITHOUT_EFFECT"),
        (MeasureNature(training=True, takes_part=True), MeasureKind.OTHER, "MEASURE_TRAINING_WITHOUT_EFFECT"),
        (MeasureNature(training=True, improves_ability=True), MeasureKind.DEVELOPMENT, "MEASURE_TAKES_PART"),
        (MeasureNature(improves_ability=True), MeasureKind.OTHER, "MEASURE_TAKES_NO_PART"),
        (MeasureNature(social_security=True), MeasureKind.SAFETY_NET, "MEASURE_SAFETY_NET"),
        (MeasureNature(), MeasureKind.OTHER, "MEASURE_TAKES_NO_PART"),
    ],
)
def test_kind_of_measure(nature, kind, code):
    judged = kind_of_measure(nature)
    assert (judged.kind, judged.reason.code) == (kind, code)
