"""Lists, walks, facets and streams give exactly what reading every served document gives."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import asking
from registry.service.find import Asked, find, stream
from tests.reading import Reading, given_by, searched

LISTS: tuple[Kind | None, ...] = (None, *KINDS.values())
every_list = pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name if kind else "records")


@every_list
def test_a_list_without_filters_gives_every_record_in_the_order_of_names(reading: Reading, kind: Kind | None) -> None:
    assert given_by(reading, kind, {}) == reading.found(kind, {}) != []


@every_list
def test_every_filter_alone_gives_what_reading_all_documents_gives(reading: Reading, kind: Kind | None) -> None:
    for name, askable in asking.askables(kind).items():
        if kind is not None and name in asking.askables(None):
            continue  # the same filter, held in the list over all kinds
        pool = reading.pool(kind, name)
        some = pool[:: max(1, len(pool) // 4)][:5]
        cases = [[operand] for operand in some] + [[some[0], some[-1]]] if some else []
        if name != "also" and some:
            cases.append([f"!{some[0]}"])
        if r"\.\." in askable.pattern and some:
            cases += [[f"{some[0]}..{some[-1]}"], [f"..{some[0]}"], [f"{some[-1]}.."], [f"!{some[0]}.."]]
        for operands in cases:
            assert given_by(reading, kind, {name: operands}) == reading.found(kind, {name: operands}), (name, operands)


@pytest.mark.parametrize("signs", [("", ""), ("", "!"), ("!", "!")])
def test_partners_of_either_of_two_partners_are_those_of_both(reading: Reading, signs: tuple[str, str]) -> None:
    operands = [sign + end for sign, end in zip(signs, ("y7jqyqbs53", "p64qpd0g38"), strict=True)]
    assert given_by(reading, None, {"partner": operands}) == reading.found(None, {"partner": operands}) != []


def test_a_tie_that_reads_the_same_from_either_end_is_found_from_both(reading: Reading) -> None:
    asked = [operand for operand in reading.pool(None, "relation") if operand.startswith("cooperates-with:")]
    assert asked
    for operand in asked:
        assert given_by(reading, None, {"relation": [operand]}) == reading.found(None, {"relation": [operand]}), operand


@st.composite
def questions(draw: st.DrawFn, reading: Reading) -> tuple[Kind | None, dict[str, list[str]], list[str]]:
    """A list, filters with operands of every sort, and an order."""
    kind = draw(st.sampled_from(LISTS))
    askables = asking.askables(kind)
    filters: dict[str, list[str]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(askables)), min_size=1, max_size=3, unique=True)):
        pool = reading.pool(kind, name)
        if pool:
            operand = st.sampled_from(pool)
            if r"\.\." in askables[name].pattern:
                operand |= st.builds(
                    lambda a, b, form: form.format(a, b), operand, operand, st.sampled_from(["{}..{}", "{}..", "..{}"])
                )
            if name != "also":
                operand = st.builds(str.__add__, st.sampled_from(["", "", "!"]), operand)
            filters[name] = draw(st.lists(operand, min_size=1, max_size=3))
    orders = st.sampled_from([sign + name for name in asking.orders(kind) for sign in ("", "-")])
    return kind, filters, draw(st.lists(orders, min_size=1, max_size=2, unique_by=lambda name: name.removeprefix("-")))


@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_filters_in_any_combination_give_what_reading_all_documents_gives_in_order(
    reading: Reading, data: st.DataObject
) -> None:
    kind, filters, order = data.draw(questions(reading))
    assert given_by(reading, kind, filters, order=order) == reading.found(kind, filters, order)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_words_and_filters_are_walked_and_counted_as_reading_gives_them(reading: Reading, data: st.DataObject) -> None:
    kind, filters, order = data.draw(questions(reading))
    text = data.draw(st.just("") | texts(reading))
    expected = reading.found(kind, filters, order)
    if text:
        expected = sorted(searched(reading, text) & {*expected})
    whole = given_by(reading, kind, filters, text=text, order=order)
    assert (sorted(whole) if text else whole) == expected
    size = data.draw(st.integers(len(whole) // 4 + 1, len(whole) + 1))
    met: list[str] = []
    cursor = None
    while cursor or not met:
        answer = find(reading.store, Asked(kind, filters, text, order, limit=size, cursor=cursor))
        met, cursor = met + [item[7:17].decode() for item in answer.items], answer.cursor
        assert (answer.total, answer.exact) == (len(whole), True)
        if cursor is None:
            break
    assert met == whole
    facet = data.draw(st.sampled_from([name for name, askable in asking.askables(kind).items() if askable.facet]))
    within = [document for document in reading.documents if document["id"] in {*expected}]
    counted = Counter(value for document in within for value in reading.values(document, facet))
    counts = find(reading.store, Asked(kind, filters, text, facets=[facet], limit=0)).facets[facet]
    assert {value: count for value, (count, _) in counts.items()} == counted


def texts(reading: Reading) -> st.SearchStrategy[str]:
    """Words that documents hold, whole or as they begin, some of them strung together."""
    known = sorted({word for there in reading.words.values() for word in there})
    begun = st.builds(lambda word, length: word[:length], st.sampled_from(known), st.integers(1, 8))
    return st.lists(begun, min_size=1, max_size=2).map(" ".join)


@every_list
def test_a_walk_meets_each_record_once_in_every_order(reading: Reading, kind: Kind | None) -> None:
    size = len(reading.listed(kind))
    for order in [[sign + name] for name in asking.orders(kind) for sign in ("", "-")] + [
        ["-established", "name"],
        ["established", "-name"],
    ]:
        met: list[str] = []
        cursor = None
        while True:
            answer = find(reading.store, Asked(kind, {}, order=order, limit=size // 4 + 1, cursor=cursor, total=False))
            met += [item[7:17].decode() for item in answer.items]
            cursor = answer.cursor
            if cursor is None:
                break
        assert met == reading.found(kind, {}, order), order


@every_list
def test_facets_are_what_counting_all_documents_gives(reading: Reading, kind: Kind | None) -> None:
    facets = [name for name, askable in asking.askables(kind).items() if askable.facet]
    for filters in ({}, {"lifecycle": ["active"]} if "lifecycle" in asking.askables(kind) else {"source": ["!none"]}):
        within = [document for document in reading.listed(kind) if reading.passes(document, filters)]
        answer = find(reading.store, Asked(kind, filters, facets=facets, limit=0))
        for name in facets:
            counted = Counter(value for document in within for value in reading.values(document, name))
            doubted = Counter(
                value for document in within for value, doubt in reading.values(document, name).items() if doubt
            )
            assert answer.facets[name] == {value: (count, doubted[value]) for value, count in counted.items()}, name
            ranked = [count for count, _ in answer.facets[name].values()]
            assert ranked == sorted(ranked, reverse=True)


@every_list
def test_a_stream_gives_what_the_list_gives_in_the_order_of_ids(reading: Reading, kind: Kind | None) -> None:
    for filters in ({}, {"country": ["CN"]}, {"established": ["2015.."]}):
        _, streamed = stream(reading.store, Asked(kind, filters))
        assert [item[7:17].decode() for item in streamed] == sorted(reading.found(kind, filters))
