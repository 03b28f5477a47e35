"""What a client needs to know besides records: vocabularies, kinds, health, where the API is described."""

import json

from registry import __version__
from registry.errors import Unknown
from registry.http.operations import Call, Reply
from registry.kinds.catalogue import KINDS, vocabularies
from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabulary import Vocabulary
from registry.service import counting
from registry.store import journal


def welcome(call: Call) -> Reply:
    """What the registry is, and how much of each kind there is."""
    counts = counting.by_kind(call.store)
    kinds = [
        {"name": k.name, "collection": f"/v1/{k.plural}", "about": k.about, "count": counts.get(k.name, 0)}
        for k in KINDS.values()
    ]
    return _json({"title": call.settings.title, "version": __version__, "kinds": kinds, "documentation": "/docs"})


def all_vocabularies(_: Call) -> Reply:
    """Every vocabulary."""
    return _json({"items": [_vocabulary(each) for _, each in sorted(vocabularies().items())]})


def vocabulary(call: Call) -> Reply:
    """One vocabulary."""
    found = vocabularies().get(call.path["vocabulary"])
    if found is None:
        raise Unknown(
            f"There is no vocabulary '{call.path['vocabulary']}'; there are: {', '.join(sorted(vocabularies()))}."
        )
    return _json(_vocabulary(found))


def live(_: Call) -> Reply:
    """The process answers."""
    return _json({"status": "ok"})


def ready(call: Call) -> Reply:
    """The database answers too."""
    return _json({"status": "ok", "change": journal.reach(call.store)})


def catalog(_: Call) -> Reply:
    """Where the API is described (RFC 9727)."""
    context = {
        "anchor": "/v1",
        "service-desc": [
            {"href": "/v1/openapi.json", "type": "application/vnd.oai.openapi+json"},
            {"href": "/v1/openapi.yaml", "type": "application/vnd.oai.openapi"},
        ],
        "service-doc": [{"href": "/docs", "type": "text/html"}],
    }
    tables = {
        "anchor": "/reconcile/0.2",
        "service-desc": context["service-desc"],
        "service-doc": context["service-doc"],
    }
    reply = _json({"linkset": [context, tables]})
    reply.media = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    reply.headers.append(("Link", '</.well-known/api-catalog>; rel="api-catalog"'))
    return reply


def _vocabulary(each: Vocabulary) -> dict[str, object]:
    terms = []
    for code, term in each.terms.items():
        line: dict[str, object] = {"code": code, **term._asdict()}
        if each.name == "relation":
            relation = RELATIONS[code]
            line |= {"inverse": relation.inverse, "party": relation.party, "partnership": relation.partnership}
        terms.append(line)
    return {"name": each.name, "about": each.about, "terms": terms}


def _json(body: object) -> Reply:
    return Reply(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
