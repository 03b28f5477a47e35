"""Which records are joined, and through what."""

from collections.abc import Sequence
from typing import NamedTuple

from registry.store.conditions import parts_of
from registry.store.database import Store
from registry.store.graph import Narrowing


class Joint(NamedTuple):
    """One way in which two records are partners.

    `holder` is the record that the ties stand on: one of the two where they are tied to each other (then one key is
    None), else the record of which both are parties. `own` is the asked record, or the part of it that is joined.
    """

    partner: str
    holder: str
    own: str
    own_key: str | None
    partner_key: str | None
    standings: frozenset[str]
    relations: frozenset[str]
    kind: str
    name: str
    lifecycle: str | None


def joints(store: Store, ident: str, narrowing: Narrowing, parts: Sequence[str] | None = None) -> list[Joint]:
    """Every way in which a record has partners, by ties that are as narrow as said.

    `parts` counts those of its parts as well, though of proposed and planned ones only where it names these standings.
    `kind`, `name` and `lifecycle` are those of the partner, `standings` and `relations` those of the ties.
    """
    own = "SELECT number FROM record WHERE id = ?"
    if parts is not None:
        own = parts_of(own, parts)
    (one, values), (other, _) = narrowing.sql("a"), narrowing.sql("b")
    sql = f"""
      SELECT p.id, h.id, o.id, j.own_key, j.partner_key, j.standing, j.other_standing, j.relation, j.other_relation, p.kind, p.name,
        p.lifecycle FROM (
        SELECT a.target AS partner, a.source AS holder, a.source AS own, a.key AS own_key, NULL AS partner_key,
          a.standing, a.standing AS other_standing, a.relation, a.relation AS other_relation
          FROM tie a WHERE a.partnership = 1 AND {one} AND a.source IN ({own})
        UNION ALL
        SELECT a.source, a.source, a.target, NULL, a.key, a.standing, a.standing, a.relation, a.relation
          FROM tie a WHERE a.partnership = 1 AND {one} AND a.target IN ({own})
        UNION ALL
        SELECT b.target, a.source, a.target, a.key, b.key, a.standing, b.standing, a.relation, b.relation
          FROM tie a JOIN tie b ON b.source = a.source AND b.party = 1 AND b.target <> a.target AND {other}
          WHERE a.party = 1 AND {one} AND a.target IN ({own})
      ) j JOIN record p ON p.number = j.partner JOIN record h ON h.number = j.holder JOIN record o ON o.number = j.own
      WHERE j.partner NOT IN (SELECT * FROM ({own}) w)"""
    rows = store.rows(sql, [*values, ident, *values, ident, *values, *values, ident, ident])
    return [
        Joint(*row[:5], frozenset(row[5:7]), frozenset(row[7:9]), *row[9:])  # type: ignore[call-arg]
        for row in rows
    ]
