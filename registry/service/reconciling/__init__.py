"""Reconciliation: tables of names are matched, and completed from the registry (Reconciliation API 0.2)."""

from registry.service.reconciling.extending import WORDINGS, Cell, Wish, extended
from registry.service.reconciling.properties import PROPERTIES, Property
from registry.service.reconciling.querying import STRICTNESSES, Proposed, Query, answered
from registry.service.reconciling.suggesting import entities, named, proposed
from registry.service.reconciling.types import TYPES, Type, types_of

__all__ = [
    "PROPERTIES", "STRICTNESSES", "TYPES", "WORDINGS", "Cell", "Property", "Proposed", "Query", "Type", "Wish", "answered", "entities",
    "extended", "named", "proposed", "types_of",
]  # fmt: skip
