"""The faces of schemas: what readers may rely on, what writers may send, what a patch may leave out."""

import copy
from collections.abc import Iterator

import pytest
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, missing

from registry.kinds.catalogue import KINDS
from registry.kinds.model.envelope import TAIL
from registry.kinds.model.fields import Member, Part, Several
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import Purpose, ordered, view
from registry.service.examples import Example, examples
from registry.settings import Settings

PURPOSES: tuple[Purpose, ...] = ("reader", "item", "writer", "patch")
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


def within(schema: type[Schema]) -> Iterator[type[Schema]]:
    """A schema and all that are nested in it."""
    yield schema
    for field in schema._declared_fields.values():
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(inner, Part):
            yield from within(inner.schema_class)


def faces(*purposes: Purpose) -> dict[type[Schema], None]:
    """Every face of every schema of the kinds for some purposes."""
    return {
        face: None for kind in KINDS.values() for purpose in purposes for face in within(view(kind.schema, purpose))
    }


def sample(kind: Kind) -> Example:
    return examples(Settings().seeds)[kind.name]


def test_no_two_faces_share_a_name_so_that_no_document_renames_one() -> None:
    named: dict[str, type[Schema]] = {}
    for face in faces(*PURPOSES):
        assert named.setdefault(face.__name__.lower(), face) is face


def test_no_schema_shares_its_name_with_one_of_its_properties_since_generated_clients_break_on_it() -> None:
    for face in faces(*PURPOSES):
        assert face.__name__.lower() not in {name.replace("_", "") for name in face._declared_fields}


@kinds
def test_readers_get_every_member_that_is_certain_and_expect_more_in_time(kind: Kind) -> None:
    served = sample(kind).served
    assert kind.reader.validate(served) == {}
    assert kind.reader.load({**served, "new_member": 1}) == kind.reader.load(served)
    for name, field in kind.schema._declared_fields.items():
        assert isinstance(field, Member)
        if field.required or (field.read_only and field.always):
            without = {each: value for each, value in served.items() if each != name}
            assert name in kind.reader.validate(without)


@kinds
def test_an_item_of_a_list_has_only_its_id_for_certain(kind: Kind) -> None:
    item = view(kind.schema, "item")()
    assert item.validate({"id": sample(kind).id}) == {}
    assert "id" in item.validate({"name": "Somebody"})


@kinds
def test_writers_may_send_nothing_that_no_schema_names_and_nothing_that_the_registry_sets(kind: Kind) -> None:
    sent = sample(kind).sent
    assert kind.writer.load(copy.deepcopy(sent)) == sent
    for name in ("new_member", *(n for n, f in kind.schema._declared_fields.items() if getattr(f, "read_only", False))):
        assert name in kind.writer.validate({**copy.deepcopy(sent), name: "x"})
    assert {face.Meta.unknown for face in faces("writer", "patch")} == {RAISE}  # type: ignore[attr-defined]
    assert {face.Meta.unknown for face in faces("reader", "item")} == {EXCLUDE}  # type: ignore[attr-defined]


def test_members_within_members_are_closed_to_writers_as_well() -> None:
    kind = KINDS["organization"]
    document = copy.deepcopy(sample(kind).sent)
    document["names"][0]["nickname"] = "x"
    with pytest.raises(ValidationError, match="nickname"):
        kind.writer.load(document)


@kinds
def test_a_patch_that_says_nothing_changes_nothing(kind: Kind) -> None:
    assert kind.patcher.load({}) == {}


@kinds
def test_a_patch_may_remove_any_member_by_null_and_requires_none(kind: Kind) -> None:
    for face in within(view(kind.schema, "patch")):
        for name, field in face._declared_fields.items():
            assert not field.required, (face.__name__, name)
            if not field.dump_only:
                assert field.allow_none, (face.__name__, name)
                assert field.load_default is missing, (face.__name__, name)


@kinds
def test_a_patch_is_held_to_the_same_forms_as_a_whole_document(kind: Kind) -> None:
    refused = kind.patcher.validate(
        {"places": [{"country": "China"}], "topics": ["nothing"], "new_member": 1, "id": "x"}
    )
    assert set(refused) == {"places", "topics", "new_member", "id"}


@kinds
def test_what_kinds_share_stands_behind_what_is_their_own(kind: Kind) -> None:
    names = list(ordered(kind.schema))
    assert sorted(names) == sorted(kind.schema._declared_fields)
    tail = [name for name in TAIL if name in names]
    assert names[-len(tail) :] == tail
