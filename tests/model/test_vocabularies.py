"""Vocabularies: every word is defined twice over, and none stands unused."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from marshmallow import Schema

from registry.kinds.catalogue import KINDS, MODULES, vocabularies
from registry.kinds.model.fields import KEY, Code, Mapped, Part, Several
from registry.kinds.model.folding import has_cjk
from registry.kinds.model.kind import FIRMNESS, NAME_PREFERENCE
from registry.kinds.model.relations import INVERSES, RELATIONS
from registry.kinds.model.vocabulary import Vocabulary
from tests.making import real_seeds

ALL = vocabularies()
every = pytest.mark.parametrize("vocabulary", ALL.values(), ids=ALL)

STRUCTURAL = {
    "lifecycle": "The states through which records and ties pass: rules compare every one of them with the others.",
    "name-role": "Which name is chosen, and which owe evidence, is told by role: a record may get any of them tomorrow.",
    "relation": "The ties that two records can have at all: clients are built upon the whole list and its inverses.",
    "absence": "The reasons why a value can be missing: a logical whole, of which officers need each.",
    "identifier-scheme": "Whose identifiers are taken: no text prints any, officers bring them.",
}
"""Vocabularies that stand whole whether the seeds use each word or not, and why. All others hold only words in use."""


@every
def test_each_word_is_defined_in_english_and_in_chinese(vocabulary: Vocabulary) -> None:
    assert vocabulary.terms
    assert vocabulary.about.endswith((".", "?"))
    for code, term in vocabulary.terms.items():
        assert re.fullmatch(KEY, code), code
        assert all(text and text == text.strip() for text in term), code
        assert not has_cjk(term.label + term.definition), code
        assert has_cjk(term.label_zh), code
        assert has_cjk(term.definition_zh), code
        assert term.definition.endswith("."), code
        assert term.definition_zh.endswith("。"), code


@every
def test_no_two_words_of_a_vocabulary_are_labelled_alike(vocabulary: Vocabulary) -> None:
    for labels in zip(*((term.label, term.label_zh) for term in vocabulary.terms.values()), strict=True):
        assert len(set(labels)) == len(labels)


def test_no_two_vocabularies_share_a_name() -> None:
    modules = [f"registry.kinds.model.{name}" for name in ("vocabularies", "quantity")] + [
        f"registry.kinds.{name}" for name in MODULES
    ]
    found = [each for name in modules for each in vars(import_module(name)).values() if isinstance(each, Vocabulary)]
    assert len({id(each) for each in found}) == len(ALL)


def test_every_relation_has_an_inverse_of_its_own_that_is_no_relation() -> None:
    inverses = [relation.inverse for relation in RELATIONS.values()]
    assert len(set(inverses)) == len(inverses)
    for relation in RELATIONS.values():
        assert re.fullmatch(KEY, relation.inverse)
        symmetric = relation.inverse == relation.code
        assert symmetric == (relation.code == "cooperates-with")
        assert (relation.inverse in INVERSES) != symmetric
        assert symmetric or relation.inverse not in RELATIONS


def test_relations_lead_to_kinds_that_there_are_and_make_partners_one_way_only() -> None:
    for relation in RELATIONS.values():
        assert set(relation.targets) <= set(KINDS), relation.code
        assert not (relation.party and relation.partnership), relation.code


def test_rules_know_every_word_that_they_compare() -> None:
    assert sorted(FIRMNESS) == sorted(ALL["lifecycle"].codes)
    assert sorted(NAME_PREFERENCE) == sorted(ALL["name-role"].codes)


def coded(schema: type[Schema], document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The words that a document holds, each with its vocabulary."""
    for name, field in schema._declared_fields.items():
        inner = field.inner if isinstance(field, Several) else field
        value = document.get(name) or []
        values = value if isinstance(field, Several) else [value] if value else []
        if isinstance(inner, Part):
            for member in values:
                yield from coded(inner.schema_class, member)
        elif isinstance(inner, Code):
            yield from ((inner.vocabulary.name, word) for word in values)
        elif isinstance(inner, Mapped):
            assert isinstance(inner.value_field, Code)
            yield from ((inner.value_field.vocabulary.name, word) for member in values for word in member.values())


def fields_of(schema: type[Schema]) -> Iterator[str]:
    for field in schema._declared_fields.values():
        inner = field.inner if isinstance(field, Several) else field
        inner = inner.value_field if isinstance(inner, Mapped) else inner
        if isinstance(inner, Part):
            yield from fields_of(inner.schema_class)
        elif isinstance(inner, Code):
            yield inner.vocabulary.name


def test_every_vocabulary_is_that_of_some_field() -> None:
    assert {name for kind in KINDS.values() for name in fields_of(kind.schema)} == set(ALL)


@cache
def used() -> set[tuple[str, str]]:
    """Every word that the seeds use, with its vocabulary."""
    return {pair for seed in real_seeds() for pair in coded(seed.kind.schema, seed.document)}


@every
def test_no_word_stands_unused_by_the_seeds(vocabulary: Vocabulary) -> None:
    unused = [word for word in vocabulary.codes if (vocabulary.name, word) not in used()]
    assert unused == [] or vocabulary.name in STRUCTURAL, (
        f"Use {unused} of '{vocabulary.name}' in a seed, or strike it out."
    )


def test_only_vocabularies_that_there_are_stand_whole() -> None:
    assert set(STRUCTURAL) <= set(ALL)
