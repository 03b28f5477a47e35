"""Taking seeds in without overwriting people: what was changed here since is left alone, and reported."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from registry.kinds.model.kind import fingerprint
from registry.service.seeds import Seed, read_seeds
from registry.store import records, settings
from registry.store.changes import NEW, Change
from registry.store.checks import LIVE
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.publishing import publish
from registry.store.records import Stored
from registry.store.settings import Remembered

_DIGEST = "seeds"


class Loaded(NamedTuple):
    """What became of the seeds: how many were created and revised, and which were left alone, and why."""

    created: int
    revised: int
    left_alone: list[str]


def load_seeds(store: Store, folder: Path) -> Loaded:
    """Take in the seeds of a folder; those whose files are as they were last time cost nothing."""
    digest = _digest_of(folder)
    with store.alone():
        if settings.get(store, _DIGEST) == digest:
            return Loaded(0, 0, [])
        return _load(store, read_seeds(folder), digest)


def _digest_of(folder: Path) -> str:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".jsonl")]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


@deciding
def _load(store: Store, seeds: list[Seed], digest_of_all: str) -> Loaded:
    settings.put(store, _DIGEST, digest_of_all)
    known = settings.remembered_seeds(store)
    present = records.many(store, [each.record for each in known.values()] + [seed.ident for seed in seeds])
    left_alone = [f"{key}: no seed has this key any more" for key in sorted(set(known) - {seed.key for seed in seeds})]
    wanted: list[tuple[Seed, Change, str]] = []
    for seed in seeds:
        digest = hashlib.sha256(seed.digest_basis.encode()).hexdigest()
        was, now = known.get(seed.key), present.get(seed.ident)
        if was is not None and was.digest == digest:
            continue
        reason = _reason_to_leave(was, now)
        if reason:
            left_alone.append(f"{seed.key}: {reason}")
            continue
        expects = frozenset([now.etag]) if now else NEW
        act = "replace" if now else "create"
        change = Change(act, seed.kind, seed.ident, seed.document, expects, seals=_seals(seed), reviewed=True)
        wanted.append((seed, change, digest))
    barred = _barred(store, {seed.ident: seed for seed, _, _ in wanted})
    left_alone += [f"{seed.key}: {barred[seed.ident]}" for seed, _, _ in wanted if seed.ident in barred]
    taken = [each for each in wanted if each[0].ident not in barred]
    made = publish(store, [change for _, change, _ in taken], "seeds", "Taken in from the seeds.") if taken else {}
    settings.remember_seeds(
        store, [(s.key, Remembered(s.ident, digest, made[s.ident].stored.version)) for s, _, digest in taken]
    )
    created = sum(change.act == "create" for _, change, _ in taken)
    return Loaded(created, len(taken) - created, left_alone)


def _barred(store: Store, seeds: dict[str, Seed]) -> dict[str, str]:
    """Why seeds cannot be taken in as the registry stands, by id: it has moved on from what they refer to or claim.

    What refers to a seed that is barred is barred as well, so it is asked again until none is added.
    """
    targets = {ident: seed.kind.targets(seed.document) for ident, seed in seeds.items()}
    claims = {ident: seed.kind.identifiers(seed.document) for ident, seed in seeds.items()}
    cited = {
        i: {("source-key", e["source"]) for e in s.document["evidence"] if "source" in e} for i, s in seeds.items()
    }
    there = records.many(store, {each for those in targets.values() for each in those})
    live = {ident for ident, each in there.items() if each.state in LIVE}
    holders = records.by_identifier(store, {pair for those in (*claims.values(), *cited.values()) for pair in those})
    barred: dict[str, str] = {}
    while True:
        left = set(seeds) - set(barred)
        brought = {pair for ident in left for pair in claims[ident]}
        found = {}
        for ident in left:
            gone = sorted(targets[ident] - live - left)
            lost = sorted(pair for pair in claims[ident] if holders.get(pair, ident) not in left)
            unknown = sorted(cited[ident] - set(holders) - brought)
            if gone:
                found[ident] = f"it refers to {gone[0]}, which is not to be referred to here"
            elif lost:
                found[ident] = f"{' '.join(lost[0])} belongs to {holders[lost[0]]} here"
            elif unknown:
                found[ident] = f"its evidence cites {unknown[0][1]}, which is no source here"
        if not found:
            return barred
        barred |= found


def _reason_to_leave(was: Remembered | None, now: Stored | None) -> str | None:
    if now is None:
        return None
    if now.state != "published":
        return f"the record was {now.state} here"
    if was is None:
        return "there is a record with its id already"
    if now.version != was.version:
        return f"changed in the seeds and here (version {now.version})"
    return None


def _seals(seed: Seed) -> dict[str, str]:
    return {
        e["key"]: fingerprint(e, seed.document)
        for e in seed.document["evidence"]
        if e["basis"] == "passage" and "digest" in e
    }
