"""A small registry of records that are tied in every way that there is, made by lot and always the same."""

import random
from collections.abc import Sequence
from typing import Any

from registry.kinds.model import ids
from registry.kinds.model import vocabularies as vocabulary
from registry.kinds.model.relations import RELATIONS
from registry.service import merging
from registry.store.changes import Change
from registry.store.database import Store
from registry.store.publishing import publish
from tests.making import change, organization, program, put_again

LIFECYCLES = ("active",) * 16 + ("proposed", "planned", "suspended", "ended", "unknown")
DATES = (None,) * 3 + ("2017", "2018-05", "2019", "2019-02-11", "2018/2020", "2019/..", "../2018", "2021")
ROLES = (None, *sorted(vocabulary.ROLES.codes)[:4])
PARTY = tuple(code for code, each in RELATIONS.items() if each.party)[:7]
PLAIN = ("part-of", "part-of", "member-of", "cooperates-with", "cooperates-with")
LOOSE = ("trains", "serves", "participates-in", "succeeds")
HELD_BY = {
    "program": {"type": "teacher-training"}, "training-center": {"type": "training-base"}, "agreement": {"type": "cooperation"},
    "platform": {"type": "forum"}, "policy": {"type": "strategy"},
}  # fmt: skip


def tangle(store: Store, seed: int = 5) -> list[str]:
    """Fill a store; answers the ids of all records, merged and withdrawn ones included."""
    lot = random.Random(seed)
    bodies = [ids.from_key(f"body-{number}") for number in range(18)]
    things = {ids.from_key(f"thing-{number}"): lot.choice([*HELD_BY]) for number in range(22)}
    circle = {
        bodies[0]: [("cooperates-with", bodies[1])], bodies[1]: [("member-of", bodies[4])], bodies[4]: [("part-of", bodies[5])], bodies[5]: [("part-of", bodies[6])],
        bodies[6]: [("part-of", bodies[4]), ("cooperates-with", bodies[4])],
    }  # fmt: skip
    changes = [_body(lot, ident, bodies, [*things], circle.get(ident, ())) for ident in bodies]
    changes += [_thing(lot, ident, kind, bodies, [*things]) for ident, kind in things.items()]
    lonely = change("organization", organization("Lonely"), ids.from_key("lonely"))
    made = publish(store, [*changes, lonely], "Ada", "")
    put_again(store, made[lonely.ident].stored, organization("Lonely"), state="withdrawn")
    merging.merge(store, bodies[0], bodies[1], None, "Ada", "Twice.")
    merging.merge(store, bodies[2], bodies[3], None, "Ada", "Twice.")
    return [*bodies, *things, lonely.ident]


def _body(
    lot: random.Random, ident: str, bodies: list[str], things: list[str], more: Sequence[tuple[str, str]]
) -> Change:
    ties = [{"relation": relation, "lifecycle": "active", "target": {"id": end}} for relation, end in more]
    ties += [_tie(lot, lot.choice(PLAIN), lot.choice(bodies)) for _ in range(lot.randint(0, 2))]
    ties += [_tie(lot, lot.choice(LOOSE), lot.choice(things)) for _ in range(lot.randint(0, 1))]
    places = [{"country": country} for country in lot.sample(["CN", "KE", "US", "PK"], lot.randint(0, 2))]
    name = lot.choice(["Académie", "Bureau", "大学", "institut"])
    return change(
        "organization",
        organization(
            f"{name} {ident}", lifecycle="active" if more else lot.choice(LIFECYCLES), places=places, **_told(lot, ties)
        ),
        ident,
    )


def _thing(lot: random.Random, ident: str, kind: str, bodies: list[str], things: list[str]) -> Change:
    ties = [_tie(lot, lot.choice(PARTY), lot.choice(bodies)) for _ in range(lot.randint(1, 4))]
    ties += [_tie(lot, lot.choice(PLAIN), lot.choice([*things, *bodies])) for _ in range(lot.randint(0, 2))]
    if lot.random() < 0.3:
        ties.append(_tie(lot, lot.choice(PARTY)))
    document = program(f"{kind} {ident}", **{**HELD_BY[kind], "lifecycle": lot.choice(LIFECYCLES)})
    return change(kind, {**document, **_told(lot, ties)}, ident)


def _tie(lot: random.Random, relation: str, target: str | None = None) -> dict[str, Any]:
    end = {"target": {"id": target}} if target else {"unnamed": {"as_printed": "universities in Africa"}}
    since, until = lot.choice(DATES), lot.choice((*DATES, "2022", "..", ".."))
    dated = {name: date for name, date in (("since", since), ("until", until), ("role", lot.choice(ROLES))) if date}
    return {"relation": relation, "lifecycle": lot.choice(LIFECYCLES), **end, **dated}


def _told(lot: random.Random, ties: list[dict[str, Any]]) -> dict[str, Any]:
    """Ties with keys, evidence for some of them, and a caution about one."""
    keyed = [{"key": f"r{number}", **tie} for number, tie in enumerate(ties, 1)]
    entry = {"basis": "statement", "by": "Rector", "date": "2026-05-04"}
    evidence = [
        {"key": f"e{number}", **entry, "supports": [f"/relations/{tie['key']}" + lot.choice(["", "/relation"])]}
        for number, tie in enumerate(keyed, 1) if lot.random() < 0.6
    ]  # fmt: skip
    cautions = [
        {"key": "c1", "kind": "ambiguous", "about": f"/relations/{tie['key']}" + lot.choice(["", "/relation"]), "note": "Who?"}
        for tie in keyed[:2] if lot.random() < 0.6
    ][:1]  # fmt: skip
    return {"relations": keyed, "evidence": evidence, "cautions": cautions}
