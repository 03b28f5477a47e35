"""What a process keeps in mind for networks is what the database would tell, also after changes that others make."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabularies import LIFECYCLES
from registry.service import merging, networking
from registry.store import graph, records, surroundings
from registry.store.database import Store
from registry.store.graph import Narrowing
from registry.store.publishing import publish
from registry.store.surroundings import Surroundings
from tests.making import change, organization, program, put, put_again
from tests.tangled import tangle

NARROWINGS = (Narrowing(), Narrowing(("part-of", "organized-by")), Narrowing((), ("ended", "unknown")), Narrowing(("part-of",), ("active",)))  # fmt: skip


@pytest.fixture
def other(empty_store: Store) -> Iterator[Store]:
    """The same database as another process has it open."""
    store = Store(empty_store.url)
    yield store
    store.close()


def holds(store: Store, each: int = 2) -> None:
    """What is in mind is what the database tells, of each record and of all."""
    numbers = [row[0] for row in store.rows("SELECT number FROM record WHERE state = 'published'")]
    with surroundings.of(store).at_present() as around, Surroundings(store).at_present() as anew:
        assert around.shown(numbers) == anew.shown(numbers)
        for narrowing in NARROWINGS:
            found, cut = set[int](), dict[int, int]()
            for number in numbers:
                edges, degrees = graph.edges(store, [number], narrowing, each)
                ends = {edge.target if edge.source == number else edge.source for edge in edges}
                assert around.neighbours([number], narrowing, each) == (ends, degrees)
                found, cut = found | ends, cut | degrees
            assert around.neighbours(numbers, narrowing, each) == (found, cut)


ties = st.lists(
    st.tuples(st.sampled_from(("part-of", "cooperates-with")), st.sampled_from(("active", "ended")), st.integers(0, 99)),
    max_size=5,
)  # fmt: skip
steps = st.lists(st.tuples(st.integers(0, 99), ties, st.booleans()), max_size=5)
"""Which record changes, or whether another comes, and whom it is tied to then."""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, most=st.sampled_from((4, 100_000)))
def test_neighbours_are_those_in_the_database_whatever_another_process_changes(
    empty_store: Store, other: Store, monkeypatch: pytest.MonkeyPatch, steps: list[Any], most: int
) -> None:
    monkeypatch.setattr(surroundings, "MOST_RENEWED", most)
    there = [put(other, "organization", organization()).id for _ in range(4)]
    holds(empty_store)
    for which, tied, comes in steps:
        relations = [
            {"relation": relation, "lifecycle": lifecycle, "target": {"id": there[end % len(there)]}}
            for relation, lifecycle, end in tied
            if there[end % len(there)] != there[which % len(there)]
        ]
        if comes:
            there.append(put(other, "organization", organization(relations=relations)).id)
        else:
            changed = records.read(other, there[which % len(there)])
            assert changed is not None
            put_again(other, changed, organization(relations=relations))
        holds(empty_store)


def test_what_was_merged_withdrawn_or_renamed_elsewhere_is_seen_at_once(empty_store: Store, other: Store) -> None:
    tangle(other)
    holds(empty_store)
    first, second, third = (row[0] for row in other.rows("SELECT r.id FROM tie t JOIN record r ON r.number = t.target "
                            "WHERE r.kind = 'organization' GROUP BY r.id ORDER BY COUNT(*) DESC, r.id LIMIT 3"))  # fmt: skip
    merging.merge(other, first, second, None, "Ada", "Twice.")
    holds(empty_store)
    renamed = records.read(other, third)
    assert renamed is not None
    put_again(other, renamed, organization('Named "anew" \\ 大学\n'))
    holds(empty_store)
    found = networking.network(empty_store, third, depth=2, limit=100)
    assert any('Named \\"anew\\" \\\\ 大学' in node for node in found.nodes)


def test_what_is_tried_and_taken_back_is_not_kept_in_mind(empty_store: Store) -> None:
    hub = put(empty_store, "organization", organization())
    holds(empty_store)
    with pytest.raises(RuntimeError), empty_store.writing():
        put(empty_store, "program", program("", hub.id))
        assert len(networking.network(empty_store, hub.id, depth=1, limit=9).nodes) == 2
        raise RuntimeError
    put(empty_store, "organization", organization())
    assert len(networking.network(empty_store, hub.id, depth=1, limit=9).nodes) == 1, "the journal is as long as it was"


@pytest.mark.parametrize(("limit", "value"), [("MOST_CHANGES", 2), ("MOST_RENEWED", 1), ("MOST_SHOWN", 3)])
def test_what_would_be_too_much_to_keep_in_mind_is_asked_of_the_database(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(surroundings, limit, value)
    hub = put(empty_store, "organization", organization())
    for _ in range(4):
        made = publish(empty_store, [change("program", program("", hub.id)) for _ in range(2)], "Ada", "")
        holds(empty_store)
        put_again(empty_store, next(iter(made.values())).stored, program("", hub.id))
        holds(empty_store)
    around = surroundings.of(empty_store)
    assert around._size == sum(1 + len(shown.ties) for shown in around._shown.values()) <= surroundings.MOST_SHOWN


def test_each_sort_of_tie_has_a_byte() -> None:
    assert len(RELATIONS) * len(LIFECYCLES.codes) <= 256
