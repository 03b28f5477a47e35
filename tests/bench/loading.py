"""Taking the invented registry in through the one way in, in a process of its own, whose CPU time and memory are told.

python -m tests.bench.loading DATABASE_URL RECORDS
"""

import json
import sys
import time
from itertools import islice

import psutil

from registry.kinds.catalogue import KINDS
from registry.store.changes import NEW, Change
from registry.store.database import Store
from registry.store.indexed import bring_up_to_date
from registry.store.migrating import migrate
from registry.store.publishing import publish
from tests.bench.invented import Invented, Registry
from tests.bench.serving import own_memory

BATCH = 1000


def load(url: str, records: int) -> dict[str, float]:
    """Load the registry; answers rows, CPU seconds of this process, and its own memory (MB) half-way and at the end."""
    store = Store(url)
    migrate(store)
    bring_up_to_date(store)
    spent, memory = 0.0, []
    invented = iter(Registry(records))
    while batch := list(islice(invented, BATCH)):
        began = time.process_time()
        publish(store, [_change(each) for each in batch], "bench", "Invented.")
        spent += time.process_time() - began
        memory.append(own_memory(psutil.Process()))
    store.close()
    return {"rows": records, "cpu": spent, "half": memory[len(memory) // 2], "end": memory[-1]}


def _change(each: Invented) -> Change:
    kind = KINDS[each.kind]
    return Change("create", kind, each.ident, kind.read(each.document), NEW)


if __name__ == "__main__":
    json.dump(load(sys.argv[1], int(sys.argv[2])), sys.stdout)
