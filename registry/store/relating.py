"""Which records are joined, and through what."""

from typing import NamedTuple

from registry.store.database import Store
from registry.store.finding import parts_of


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


def joints(store: Store, ident: str, *, with_parts: bool = False) -> list[Joint]:
    """Every way in which a record, or a part of it, has partners, whatever the standing of the ties."""
    own = "SELECT number FROM record WHERE id = ?"
    if with_parts:
        own = parts_of(own)
    sql = f"""
      SELECT p.id, h.id, o.id, j.own_key, j.partner_key FROM (
        SELECT t.target AS partner, t.source AS holder, t.source AS own, t.key AS own_key, NULL AS partner_key
          FROM tie t WHERE t.partnership = 1 AND t.source IN ({own})
        UNION ALL
        SELECT t.source, t.source, t.target, NULL, t.key FROM tie t WHERE t.partnership = 1 AND t.target IN ({own})
        UNION ALL
        SELECT b.target, a.source, a.target, a.key, b.key FROM tie a JOIN tie b ON b.source = a.source
          AND b.party = 1 AND b.target <> a.target WHERE a.party = 1 AND a.target IN ({own})
      ) j JOIN record p ON p.number = j.partner JOIN record h ON h.number = j.holder JOIN record o ON o.number = j.own
      WHERE j.partner NOT IN (SELECT * FROM ({own}) w)"""
    return [Joint(*row) for row in store.rows(sql, [ident] * 4)]
