"""What is asked of the store: what is to become of one record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.kinds.model.documents import Document
from registry.kinds.model.kind import Kind

ANY: frozenset[str] | None = None
"""A change that expects this is made whatever the present version is."""
NEW: frozenset[str] = frozenset()
"""A change that expects this is made only if there is no such record."""


@dataclass(frozen=True)
class Change:
    """What is to become of one record.

    `expects` are the ETags of which one must be the present one (or ANY, or NEW); `document` is what Kind.read gave;
    `survivor` is the record that this one is merged into; `seals` are fingerprints of passages that the caller has
    verified, by evidence key; `verified_by` says who has just verified the record. `reviewed` says that people have
    looked at the whole set together, so that a new record may bear a name that another bears; `why` stands in place of
    the reason that is given for the whole set.
    """

    act: str
    kind: Kind
    ident: str
    document: Document
    expects: frozenset[str] | None = ANY
    state: str = "published"
    survivor: str | None = None
    seals: Mapping[str, str] = field(default_factory=dict)
    verified_by: str | None = None
    reviewed: bool = False
    why: str = ""
