"""What is served has the members of the schema of readers, in its order, and no others."""

import json

import pytest

from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service.examples import examples
from registry.settings import Settings


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_record_is_shown_as_the_schema_of_readers_dumps_it(kind: Kind) -> None:
    shown = examples(Settings().seeds)[kind.name].served
    assert json.dumps(kind.reader.dump(shown)) == json.dumps(shown)
