"""What lies around a record: its network, what it is part of, and how it is connected to another."""

import json

from registry.formats import graphml
from registry.http.operations import JSON, Answered, Call, Operation, Reply, written
from registry.http.parameters import Parameter, text, whole, words
from registry.http.schemas import Answer, Truth
from registry.kinds.catalogue import KINDS
from registry.kinds.model import dates, ids
from registry.kinds.model import vocabularies as vocabulary
from registry.kinds.model.envelope import KIND_NAME
from registry.kinds.model.fields import KEY, Code, Count, Edtf, Form, Id, Part, Several, Text
from registry.kinds.model.kind import Kind
from registry.service import networking

GRAPHML = "application/graphml+xml"


class NetworkNode(Answer):
    """A record of a network."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    lifecycle = Code(vocabulary.LIFECYCLES, "How far it has come.")
    distance = Count("How many ties away it is.", required=True)
    countries = Several(
        Form("ISO 3166-1 alpha-2 code.", longest=2, pattern="[A-Z]{2}", hint=""),
        "The countries that it is in.",
        most=300,
    )


class NetworkEdge(Answer):
    """A tie between two records."""

    source = Id("The record that holds the tie.", required=True)
    target = Id("The record that it leads to.", required=True)
    relation = Code(vocabulary.RELATION_TYPES, "Which tie it is.", required=True)
    key = Form("Its key in the source.", longest=64, pattern=KEY, hint="", required=True)
    standing = Code(vocabulary.LIFECYCLES, "How firm it is in effect.", required=True)
    role = Code(vocabulary.ROLES, "What the target does in it.")
    since = Edtf("When it began.")
    until = Edtf("When it ended; `..` where it goes on.", open_end=True)


class NetworkCut(Answer):
    """A record of which not all ties were followed."""

    id = Id("Its id.", required=True)
    degree = Count("How many ties it has in the directions that were cut.", required=True)
    followed = Count("How many were followed in each direction.", required=True)


class NetworkBody(Answer):
    """The records within some ties of one."""

    nodes = Several(Part(NetworkNode, "A record."), "The records, the nearest first.", most=1000, required=True)
    edges = Several(
        Part(NetworkEdge, "A tie."),
        "The ties between them, those left out that were not followed.",
        most=500000,
        required=True,
    )
    truncated = Truth("Whether something was left out: too many records, or too many ties of one.", required=True)
    cut = Several(
        Part(NetworkCut, "A record."), "Records of which not all ties were followed.", most=1000, required=True
    )


class Kin(Answer):
    """A record above or below another."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    lifecycle = Code(vocabulary.LIFECYCLES, "How far it has come.")
    distance = Count("How many steps away it is.", least=1, required=True)
    relation = Code(vocabulary.RELATION_TYPES, "By which tie the last step goes.", required=True)
    through = Id("From which record the last step goes.", required=True)
    standing = Code(vocabulary.LIFECYCLES, "How firm that tie is.", required=True)


class Hierarchy(Answer):
    """What a record is part or member of, and its own parts and members."""

    ancestors = Several(Part(Kin, "A record."), "What it belongs to, the nearest first.", most=1000, required=True)
    descendants = Several(Part(Kin, "A record."), "What belongs to it, the nearest first.", most=1000, required=True)
    truncated = Truth("Whether there are more than were asked for.", required=True)


class PathNode(Answer):
    """A record on a path."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    lifecycle = Code(vocabulary.LIFECYCLES, "How far it has come.")


class PathStep(Answer):
    """One tie of a path."""

    from_node = Part(PathNode, "Where the step begins.", data_key="from", required=True)
    to_node = Part(PathNode, "Where it ends.", data_key="to", required=True)
    tie = Part(NetworkEdge, "The tie.", required=True)
    forward = Truth("Whether the step goes from the tie's source to its target.", required=True)
    evidence = Several(
        Form("A key.", longest=64, pattern=KEY, hint=""),
        "Keys of the evidence in the tie's source.",
        most=200,
        required=True,
    )
    cautions = Several(
        Form("A key.", longest=64, pattern=KEY, hint=""),
        "Keys of the cautions, in the tie's source, that are about the tie; absent where there are none.",
        most=200,
    )


class Path(Answer):
    """One way from a record to another."""

    length = Count("How many ties it has.", required=True)
    steps = Several(Part(PathStep, "A tie."), "The ties, in order.", most=10, required=True)


class PathList(Answer):
    """The shortest ways from a record to another; none if they are not connected so."""

    items = Several(Part(Path, "A way."), "The ways, all of one length.", most=100, required=True)
    truncated = Truth(
        "Whether there are more ways than are answered, or may be, since the search was cut short.", required=True
    )


def network(call: Call) -> Reply:
    """The network around a record, as JSON or GraphML."""
    values, day = call.values, call.values["active_on"]
    found = networking.network(
        call.store, call.path["id"], depth=values["depth"], limit=values["limit"], relations=values["relation"] or (),
        kinds=values["kind"] or (), standings=values["standing"] or (), active_on=dates.asked(day) if day else None,
        certain=values["certain"], change=call.change,
    )  # fmt: skip
    if call.form == GRAPHML:
        return Reply(graphml.written(map(json.loads, found.nodes), map(json.loads, found.edges)), media=GRAPHML)
    rest = written({"truncated": found.truncated, "cut": found.cut}).content.decode()
    return Reply(f'{{"nodes":[{",".join(found.nodes)}],"edges":[{",".join(found.edges)}],{rest[1:]}'.encode())


def hierarchy(call: Call) -> Reply:
    """Ancestors and descendants."""
    return written(networking.hierarchy(call.store, call.path["id"], call.values["limit"]))


def paths(call: Call) -> Reply:
    """The shortest ways between two records, as JSON or as one graph."""
    values = call.values
    found, truncated = networking.paths(
        call.store, values["from"], values["to"], longest=values["max_length"], limit=values["limit"],
        standings=values["standing"] or (), relations=values["relation"] or (),
    )  # fmt: skip
    if call.form == GRAPHML:
        steps = [step for way in found for step in way["steps"]]
        nodes = {end["id"]: end for step in steps for end in (step["from"], step["to"])}
        edges = {
            (step["tie"]["source"], step["tie"]["key"]): step["tie"]
            | {name: step[name] for name in ("evidence", "cautions") if name in step}
            for step in steps
        }
        return Reply(graphml.written(nodes.values(), edges.values()), media=GRAPHML)
    return written({"items": found, "truncated": truncated})


FORMAT = Parameter("format", "The form of the answer; it goes before Accept.", words(("json", "graphml")))
RELATION = Parameter(
    "relation", "Follow ties of this relation only.", words(vocabulary.RELATION_TYPES.codes), occurs="repeated"
)
STANDING = Parameter(
    "standing",
    "Count ties of this standing; without it, all but proposed and planned ones.",
    words(vocabulary.LIFECYCLES.codes),
    occurs="repeated",
)
ACTIVE_ON = Parameter("active_on", "Count ties that can have been active then.", text(dates.DAY, 10, 4), example="2020")
CERTAIN = Parameter(
    "certain", "With `active_on`: count only ties that must have been active then.", {"type": "boolean"}, default=False
)


def _network_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("depth", "How many ties away records may be.", whole(1, 4), default=1, example=2),
        RELATION,
        Parameter(
            "kind", "Only records of this kind; others are not passed through.", words(tuple(KINDS)), occurs="repeated"
        ),
        STANDING,
        ACTIVE_ON,
        CERTAIN,
        Parameter("limit", "How many records to answer at most.", whole(1, 1000), default=200),
        FORMAT,
    )


def _path_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    ident = text(ids.PATTERN, 10, 10)
    return (
        Parameter("from", "The record to begin at.", ident, required=True, example=ids.from_key("tsinghua-university")),
        Parameter("to", "The record to come to.", ident, required=True, example=ids.from_key("baidu")),
        Parameter("max_length", "How many ties a way may have.", whole(1, 6), default=4),
        RELATION,
        STANDING,
        Parameter("limit", "How many ways to answer at most.", whole(1, 100), default=10),
        FORMAT,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "read_network", "GET", "/v1/records/{id}/network", "See what lies around a record",
        "Answers the records within some ties of one and the ties between them, the nearest first; it says what was left out.",
        network, (Answered(200, "The network.", lambda _: NetworkBody, (JSON, GRAPHML)),), _network_parameters, follows_journal=True, tag="relations",
    ),
    Operation(
        "read_hierarchy", "GET", "/v1/records/{id}/hierarchy", "See what a record belongs to, and what belongs to it",
        "Answers all that the record is part or member of, directly or through others, and all its parts and members.",
        hierarchy, (Answered(200, "What is above and below.", lambda _: Hierarchy),),
        lambda _: (Parameter("limit", "How many records to answer at most, above and below.", whole(1, 1000), default=200),), follows_journal=True, tag="relations",
    ),
    Operation(
        "find_paths", "GET", "/v1/paths", "Find how two records are connected",
        "Answers the shortest ways from one record to another, each tie with its evidence; as GraphML, the graph that they make.",
        paths, (Answered(200, "The ways.", lambda _: PathList, (JSON, GRAPHML)),), _path_parameters, follows_journal=True, tag="relations", refusals=(404, 410),
    ),
)  # fmt: skip
