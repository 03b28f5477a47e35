"""Records as they were, many at once: what was told of them, under the names that their targets had then."""

from collections.abc import Iterable

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About
from registry.store import records
from registry.store.database import Store
from registry.store.records import Moment, Revision


class Past:
    """Some records at some moments, read together: the number of statements does not grow with theirs."""

    def __init__(self, store: Store, moments: Iterable[Moment]) -> None:
        self._store = store
        self._found: dict[Moment, Revision | None] = {}
        wanted = set(moments)
        self._read(wanted)
        self._read((target, change) for ident, change in wanted for target in self._targets((ident, change)))

    def revision(self, moment: Moment) -> Revision | None:
        """The revision that was the newest then; None where the record did not exist yet."""
        return self._found[moment]

    def document(self, moment: Moment) -> Document:
        """The record as it was served then."""
        then = self._found[moment]
        assert then is not None
        kind = KINDS[then.kind]
        about = {ident: self._about((ident, moment[1])) for ident in kind.targets(then.document)}
        return kind.rendered(then.document, then.record, then.kept, about, then.seals)

    def _targets(self, moment: Moment) -> set[str]:
        then = self._found[moment]
        return KINDS[then.kind].targets(then.document) if then else set()

    def _read(self, moments: Iterable[Moment]) -> None:
        """Read revisions, and those that it takes to name them: survivors, and what records are named after."""
        wave = {moment for moment in moments if moment not in self._found}
        while wave:
            found = records.revisions_as_of(self._store, wave)
            self._found |= {moment: found.get(moment) for moment in wave}
            wave = {
                (ident, change)
                for (_, change), then in found.items()
                for ident in ({then.survivor} if then.survivor else KINDS[then.kind].naming(then.document))
                if (ident, change) not in self._found
            }

    def _about(self, moment: Moment) -> About:
        """What others showed of a record then; a merged record is spoken of as its survivor."""
        then, change = self._found[moment], moment[1]
        assert then is not None
        while then.survivor is not None:
            then = self._found[then.survivor, change]
            assert then is not None
        kind = KINDS[then.kind]
        named = {ident: self._about((ident, change)) for ident in kind.naming(then.document)}
        return kind.about_of(then.document, then.record, named)
