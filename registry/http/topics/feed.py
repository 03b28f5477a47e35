"""What changed: the journal as a feed that can be resumed, as Atom, and the registry as it was."""

import json
import uuid
from xml.etree import ElementTree

from registry.formats import jsonl
from registry.http.operations import JSONL, Answered, Call, Operation, Reply
from registry.http.parameters import AS_OF, Parameter, text, whole, words
from registry.http.schemas import ACTS, Answer, Anything, Brief, EntryBody, RevisionLine, Truth
from registry.kinds.catalogue import KINDS
from registry.kinds.model.envelope import KIND_NAME, RECORD_STATES
from registry.kinds.model.fields import Count, Form, Id, OneWord, Part, Several, Text, Timestamp
from registry.kinds.model.kind import Kind
from registry.service import feeding

ATOM = "application/atom+xml"


class Difference(Answer):
    """One value that a revision changed."""

    pointer = Text("Where: a pointer by member key.", longest=500, shortest=0, required=True)
    before = Anything("What stood there; absent where nothing did.")
    after = Anything("What stands there now; absent where nothing does.")


class RecordKey(Answer):
    """Which record."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)


class RenderedAgain(Answer):
    """A record whose bytes changed because it shows the name or lifecycle of the changed one."""

    id = Id("Its id.", required=True)
    document = Part(EntryBody, "The record as it was served from then on; only if asked for.")


class ChangeLine(Answer):
    """One line of the journal."""

    number = Count("Its number: lines are numbered without gaps.", least=1, required=True)
    batch = Count("The number of the first line of the same transaction.", least=1, required=True)
    at = Timestamp("When; never before the line before it.", required=True)
    act = OneWord(ACTS, "What was done.", required=True)
    record = Part(RecordKey, "To which record.", required=True)
    version = Count("Which revision it made.", least=1, required=True)
    state = OneWord(RECORD_STATES, "Whether the record was published then.", required=True)
    survivor = Id("The record that it was merged into.")
    by = Text("By whom.", longest=200, required=True)
    why = Text("Why, as far as it was said.", longest=1000, shortest=0, required=True)
    differences = Several(
        Part(Difference, "A value."), "What differs from the revision before.", most=5000, required=True
    )
    rendered = Several(
        Part(RenderedAgain, "A record."), "Records that were rendered again.", most=1000000, required=True
    )
    document = Part(EntryBody, "The record as it was served from then on; only if asked for, and if it was published.")
    content = Form(
        "SHA-256 over all that the revision holds.",
        longest=64,
        shortest=64,
        pattern="[0-9a-f]{64}",
        hint="",
        required=True,
    )
    digest = Form(
        "SHA-256 over an array in JSON, in UTF-8 and as JSON.stringify writes it: digest of the line before (empty before the first), "
        "number, batch, at, act, id, kind, version, by, why, the ids rendered again, content.",
        longest=64, shortest=64, pattern="[0-9a-f]{64}", hint="", required=True,
    )  # fmt: skip


class ChangePage(Answer):
    """A part of the journal."""

    items = Several(Part(ChangeLine, "A line."), "The lines, the oldest first.", most=500, required=True)
    next = Text("Where to go on, now or later: the same request past the last line.", longest=8000, required=True)
    more = Truth("Whether there are more lines already.", required=True)
    head = Count("The number of the last line of the journal.", required=True)
    head_digest = Form("Its digest.", longest=64, shortest=0, pattern="(?:[0-9a-f]{64})?", hint="", required=True)
    registry = Form(
        "What tells this registry from others.", longest=32, shortest=32, pattern="[0-9a-f]{32}", hint="", required=True
    )


class DifferencePage(Answer):
    """What differs between two revisions of a record."""

    record = Part(Brief, "The record.", required=True)
    from_version = Part(RevisionLine, "The earlier revision.", data_key="from", required=True)
    to_version = Part(RevisionLine, "The later revision.", data_key="to", required=True)
    differences = Several(Part(Difference, "A value."), "What differs, field by field.", most=5000, required=True)


AFTER = Parameter(
    "after",
    "The number of the last line that the client has; 0 begins at the beginning.",
    whole(0, 10**15),
    default=0,
    example=0,
)
LIMIT = Parameter("limit", "How many lines to answer at most.", whole(1, 500), default=50, example=10)


def changes(call: Call) -> Reply:
    """Lines of the journal, as JSON."""
    values = call.values
    found = feeding.changes(
        call.store, values["after"], values["limit"], kinds=values["kind"] or (), documents=values["include"] == "document",
        wait=values["wait"], registry=values["registry"],
    )  # fmt: skip
    onward = call.url(after=found.position, registry=found.registry)
    body = {
        "items": found.items, "next": onward, "more": found.more, "head": found.head, "head_digest": found.digest,
        "registry": found.registry,
    }  # fmt: skip
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(
        content,
        headers=[
            ("Link", f'<{onward}>; rel="next"'),
            ("Registry-Change", str(found.head)),
            ("Registry-Id", found.registry),
        ],
    )


def atom(call: Call) -> Reply:
    """The last lines of the journal as an Atom feed (RFC 4287), the newest first."""
    found = feeding.newest(call.store, call.values["limit"])
    own = uuid.UUID(found.registry)
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _child(feed, "title", f"{call.settings.title}: changes")
    _child(feed, "id", own.urn)
    _child(feed, "updated", found.items[-1]["at"] if found.items else "1970-01-01T00:00:00Z")
    _child(ElementTree.SubElement(feed, "author"), "name", call.settings.title)
    ElementTree.SubElement(feed, "link", rel="self", href="/v1/changes.atom")
    for item in reversed(found.items):
        entry = ElementTree.SubElement(feed, "entry")
        address = f"/v1/{KINDS[item['record']['kind']].plural}/{item['record']['id']}"
        _child(entry, "title", f"{item['act']} {item['record']['kind']} {item['record']['id']}")
        _child(entry, "id", uuid.uuid5(own, str(item["number"])).urn)
        _child(entry, "updated", item["at"])
        _child(ElementTree.SubElement(entry, "author"), "name", item["by"])
        ElementTree.SubElement(entry, "link", rel="alternate", href=address)
        _child(entry, "summary", item["why"] or f"Version {item['version']}.")
    return Reply(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True), media=ATOM)


def export(call: Call) -> Reply:
    """All published records, as they are or as they were."""
    change, documents = feeding.export(call.store, call.values["as_of"], call.values["kind"] or ())
    headers = [("Registry-Change", str(change)), ("Registry-Id", feeding.identity(call.store))]
    return Reply(media=JSONL, parts=jsonl.written(documents), headers=headers)


def _child(parent: ElementTree.Element, name: str, content: str) -> None:
    ElementTree.SubElement(parent, name).text = "".join(c for c in content if c.isprintable())


def _change_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        AFTER,
        Parameter("kind", "Only lines that changed records of this kind, or rendered them again.", words(tuple(KINDS)), occurs="repeated"),
        LIMIT,
        Parameter("include", "Answer the documents too, as they were served from each line on.", words(("document",))),
        Parameter("wait", "How many seconds to wait at most for a first line, where there is none yet; with many waiting, none.", whole(0, feeding.LONGEST_WAIT), default=0),
        Parameter("registry", "The registry that the position is one of; 409 where it is another.", text("[0-9a-f]{32}", 32, 32)),
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_changes", "GET", "/v1/changes", "Follow what changes",
        "Answers the lines of the journal past a number: ordered, without gaps, each with what it changed. An export and the changes "
        "after its journal number, applied line by line, rebuild the registry byte for byte: keep `document` and those under `rendered`, drop "
        "a record whose state is no longer `published`. Lines of one `batch` came about together. A page with documents may be short of `limit`.",
        changes, (Answered(200, "The lines.", lambda _: ChangePage, headers=("Link", "Registry-Change", "Registry-Id")),), _change_parameters,
        tag="history", refusals=(404, 409),
    ),
    Operation(
        "read_changes_atom", "GET", "/v1/changes.atom", "Follow what changes in a feed reader", "The newest lines of the journal as Atom.",
        atom, (Answered(200, "The feed.", forms=(ATOM,)),), lambda _: (LIMIT,), tag="history",
    ),
    Operation(
        "export_registry", "GET", "/v1/export", "Export the registry, as it is or as it was",
        "Streams every published record in the order of ids, and names the journal number that the export stands at.",
        export, (Answered(200, "The records.", lambda _: Brief, (JSONL,), ("Registry-Change", "Registry-Id")),),
        lambda _: (AS_OF, Parameter("kind", "Only records of this kind.", words(tuple(KINDS)), occurs="repeated")), tag="history", refusals=(404,),
    ),
)  # fmt: skip
