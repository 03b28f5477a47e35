"""What is refused is refused with pointers into what was sent, and is not held on to."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from registry.errors import Invalid
from registry.kinds.catalogue import KINDS
from registry.kinds.model.validation import loaded
from tests.making import organization


class Body(dict[str, object]):
    """A body of which one can tell whether anybody holds it still."""


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_a_body_that_was_refused_is_let_go_before_anybody_looks_for_cycles() -> None:
    body = Body(organization("Steppe") | {"type": "nonsense"})
    held = weakref.ref(body)
    try:
        KINDS["organization"].read(body)
    except Invalid as refusal:
        assert [fault.pointer for fault in refusal.faults] == ["/type"]
    else:
        pytest.fail("it was not refused")
    del body
    assert held() is None


def test_faults_speak_of_what_was_sent_where_it_was_completed_since() -> None:
    sent = organization("Steppe") | {"relations": [{"relation": "has-part"}]}
    completed = organization("Steppe") | {"relations": [{"relation": "unheard-of"}]}
    with pytest.raises(Invalid, match="Not so") as refused:
        loaded(KINDS["organization"].writer, completed, "Not so.", sent)
    told = {fault.pointer: fault.detail for fault in refused.value.faults}
    assert told["/relations/0/relation"].startswith("'has-part' is the inverse of 'part-of'")
