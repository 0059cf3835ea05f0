"""词汇表 Every closed word with its Chinese term and its meaning, as docs/vocabularies.md shows them. RULES §1"""

from collections.abc import Iterator
from functools import cache

from api.projection.modules import every_module
from api.projection.places import class_of
from api.projection.tables import code, page, section
from api.rules.words.vocabulary import Word


@cache
def vocabularies() -> dict[str, type[Word]]:
    """Every closed vocabulary of the product by name."""
    every_module()
    return {
        vocabulary.__name__: vocabulary
        for vocabulary in sorted(_below(Word), key=lambda vocabulary: vocabulary.__name__)
        if class_of(vocabulary)
    }


def _below(kind: type[Word]) -> Iterator[type[Word]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _below(subclass)


def vocabulary_page() -> str:
    """The page."""
    return page(
        "词汇 Vocabularies",
        "取自代码中的封闭词汇；开放的代码表见 [code-lists.md](code-lists.md)。",
        "The closed vocabularies; open code lists stand in [code-lists.md](code-lists.md)."
        " What is stored, sent and written in policies is the word.",
        *(_section(name, words) for name, words in vocabularies().items()),
    )


def _section(name: str, words: type[Word]) -> str:
    rows = ([code(word.name), word.zh, word.en] for word in words)
    text = f"{(words.__doc__ or '').strip().splitlines()[0]} (`{words.__module__}`)"
    return section(name, ("词 Word", "中文", "Meaning"), rows, text)
