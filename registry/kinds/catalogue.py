"""The kinds, in the order in which people want to read them: the one line that a new kind costs stands here."""

from importlib import import_module

from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import Vocabulary

MODULES = (
    "organization",
    "standards_body",
    "training_center",
    "program",
    "platform",
    "standard",
    "agreement",
    "policy",
    "project",
    "resource",
    "figure",
    "source",
)

_modules = [import_module(f"registry.kinds.{name}") for name in MODULES]

KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in _modules}
"""The kinds by name."""

BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS.values()}
"""The kinds by the name of their collection."""


def vocabularies() -> dict[str, Vocabulary]:
    """Every vocabulary in use, by name: the shared ones and those that kinds declare in their files."""
    shared = [import_module(f"registry.kinds.model.{name}") for name in ("vocabularies", "quantity")]
    found = [each for module in [*shared, *_modules] for each in vars(module).values() if isinstance(each, Vocabulary)]
    return {each.name: each for each in found}
