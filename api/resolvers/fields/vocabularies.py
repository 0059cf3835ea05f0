"""词表 Every closed vocabulary of the schema with its words in both languages: no client keeps a list of its own.

Words come from `api.rules.words`; an enum that is none of them (an order, a direction) tells its description.
"""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema

from api.rules.words.vocabulary import Word
from api.schema.build import field_of


@strawberry.type(name="Word", description="词 One word of a vocabulary.")
class ShownWord:
    """A word as clients see it."""

    name: str = strawberry.field(description="名称 Its name, as it is sent and answered.")
    zh: str = strawberry.field(description="中文 Its Chinese term.")
    en: str = strawberry.field(description="英文 What it means, in English.")


@strawberry.type(name="Vocabulary", description="词表 A closed vocabulary: an enum of the schema with its words. Q12")
class ShownVocabulary:
    """A vocabulary as clients see it."""

    name: str = strawberry.field(description="名称 Its name: that of the enum.")
    zh: str = strawberry.field(description="中文 What it lists, in Chinese.")
    en: str = strawberry.field(description="英文 What it lists, in English.")
    words: list[ShownWord] = strawberry.field(description="词 Its words, in their order.")


def vocabularies(schema: GraphQLSchema) -> Iterator[ShownVocabulary]:
    """Every enum of the schema but those of introspection, by name."""
    words = {(vocabulary.__name__, frozenset(vocabulary.__members__)): vocabulary for vocabulary in _subclasses(Word)}
    for name, enum in sorted(schema.type_map.items()):
        if isinstance(enum, GraphQLEnumType) and not name.startswith("__"):
            zh, en = _texts(enum.description)
            vocabulary = words.get((name, frozenset(enum.values)))
            yield ShownVocabulary(name=name, zh=zh, en=en, words=list(_words(enum, vocabulary)))


def _words(enum: GraphQLEnumType, vocabulary: type[Word] | None) -> Iterator[ShownWord]:
    for name, value in enum.values.items():
        zh, en = (vocabulary[name].zh, vocabulary[name].en) if vocabulary else _texts(value.description)
        yield ShownWord(name=name, zh=zh, en=en)


def _subclasses(vocabulary: type[Word]) -> Iterator[type[Word]]:
    for subclass in vocabulary.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _texts(description: str | None) -> tuple[str, str]:
    zh, _, en = (description or "").partition(" ")
    return zh, en


async def _vocabularies(info: strawberry.Info) -> list[ShownVocabulary]:
    return list(vocabularies(info._raw_info.schema))  # noqa: SLF001 - Strawberry has no other way to graphql-core's


SHOWN_VOCABULARIES = field_of(
    "vocabularies",
    list[ShownVocabulary],
    "词表 Every closed vocabulary with its words in both languages. Q12",
    _vocabularies,
)
