"""What an operation is: one row of the table from which both the routes and the document are read."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import Schema

from registry.http.parameters import AS_OF, ID, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, VERSION, Parameter, text
from registry.kinds.model import ids
from registry.kinds.model.kind import Kind
from registry.kinds.model.validation import loaded
from registry.service import accounts
from registry.service.access import Holder
from registry.settings import Settings
from registry.store.database import Store

JSON = "application/json"
JSONL = "application/jsonl"
CSV = "text/csv"
YAML = "application/yaml"
LINKSET = "application/linkset+json"
HTML = "text/html"
MERGE_PATCH = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Call:
    """One request, understood: all that an act needs, and nothing of Flask.

    `url` makes the request's address with other parameters, `root` the address under which the registry is reached;
    `change` is where the journal ends, for operations that follow it; `given` are the names of the parameters in its query.
    """

    store: Store
    settings: Settings
    operation: "Operation"
    kind: Kind | None
    values: Mapping[str, Any]
    path: Mapping[str, str]
    holder: Holder | None
    tags: frozenset[str] | None
    form: str
    url: Callable[..., str]
    root: Callable[[], str]
    body: Callable[[], Any]
    description: Callable[[str], tuple[bytes, str]]
    change: int | None = None
    given: Collection[str] = ()

    @property
    def by(self) -> str:
        """Who acts, for the journal."""
        return self.acting.name

    @property
    def acting(self) -> Holder:
        """Who acts, and as what; only operations that need a role ask."""
        assert self.holder is not None
        return self.holder

    @property
    def rehearses(self) -> bool:
        """Whether nothing is to be kept."""
        return bool(self.values.get("dry_run"))

    def loaded(self) -> Any:
        """The body, validated by the schema that the operation names. Raises Invalid."""
        schema, body = self.operation.body, self.body()
        assert isinstance(schema, type)
        return loaded(schema(), body, "The body is not valid.")


@dataclass
class Reply:
    """What an act answers; `etag` is without quotes, `parts` stream a body whose length is not known."""

    content: bytes = b""
    status: int = 200
    media: str = JSON
    etag: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    parts: Iterator[bytes] | None = None


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(body: Any) -> bytes:
    """A body as it is sent."""
    return _encode(body).encode()


def written(body: Any) -> Reply:
    """A JSON answer."""
    return Reply(as_json(body))


def paged(call: Call, body: dict[str, Any], cursor: str | None) -> Reply:
    """A page as JSON, with the way to the next one in its body and as a link (RFC 8288)."""
    headers = []
    if cursor is not None:
        body["next"] = call.url(cursor=cursor)
        headers.append(("Link", f'<{body["next"]}>; rel="next"'))
    return Reply(as_json(body), headers=headers)


@dataclass(frozen=True)
class Answered:
    """One success of an operation: its status, what it means, its schema as JSON, its forms, its columns as CSV.

    `links` lead on: operations that can follow, each with its parameters as expressions over what was answered.
    """

    status: int
    about: str
    body: Callable[[Kind | None], type[Schema] | Mapping[str, Any]] | None = None
    forms: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()
    columns: Callable[[Kind | None], Sequence[str]] | None = None
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One act of the API.

    `{plural}` in the path, `{name}` and `{names}` in texts stand for the kind; such a row stands for one operation of
    each kind. `parameters` may depend on the kind. `conditional`: reads answer 304, writes need If-Match. `private`: what
    is answered differs from one reader to the next, and is stored nowhere. A POST that is not `repeatable` takes no
    Idempotency-Key, since its answer may not be kept. `follows_journal`: the same question has the same answer until the
    journal grows, so that it may be kept; where it is `quick`, only if nothing need be asked to know how far the journal is.
    `takes_form`: the body is a form, not JSON. `framed`: others may frame the page that is answered.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    summary: str
    about: str
    act: Callable[[Call], Reply]
    answers: tuple[Answered, ...]
    parameters: Callable[[Kind | None], tuple[Parameter, ...]] = lambda _: ()
    body: Literal["writer", "patch"] | type[Schema] | None = None
    conditional: bool = False
    role: str | None = None
    tag: str = "records"
    refusals: tuple[int, ...] = ()
    private: bool = False
    follows_journal: bool = False
    quick: bool = False
    repeatable: bool = True
    takes_form: bool = False
    framed: bool = False

    @property
    def per_kind(self) -> bool:
        """Whether there is one such operation for each kind."""
        return "{plural}" in self.path

    @property
    def writes(self) -> bool:
        """Whether the operation changes anything."""
        return self.method != "GET"

    @property
    def keyed(self) -> bool:
        """Whether an Idempotency-Key may come with the operation."""
        return self.method == "POST" and self.repeatable

    @property
    def media(self) -> str:
        """The media type of the body."""
        if self.takes_form:
            return FORM
        return MERGE_PATCH if self.method == "PATCH" else JSON

    def path_for(self, kind: Kind | None) -> str:
        """The path, with the kind's collection in it."""
        return self.path.replace("{plural}", kind.plural if kind else "")

    def all_parameters(self, kind: Kind | None) -> tuple[Parameter, ...]:
        """Path, query and header parameters, those that follow from the row included."""
        in_path = tuple(each for each in PATH_PARAMETERS if "{" + each.name + "}" in self.path)
        headers: tuple[Parameter, ...] = ()
        if self.conditional:
            headers = (IF_MATCH,) if self.writes else (IF_NONE_MATCH,)
        if self.keyed:
            headers += (IDEMPOTENCY_KEY,)
        return (*in_path, *self.parameters(kind), *headers)

    def statuses(self) -> tuple[int, ...]:
        """The refusals: those that the row names, and those that follow from what the operation is."""
        found = {400, 401, 405, 414, 429, 431, 500, 503, *self.refusals}
        if self.role:
            found.add(403)
        if "{" in self.path.replace("{plural}", ""):
            found.add(404)
        if self.body:
            found |= {413, 415, 422}
        if self.keyed:
            found.add(422)
        if self.conditional and self.writes:
            found |= {412, 428}
        if any(AS_OF.name == each.name for each in self.parameters(None)) or "{id}" in self.path:
            found.add(410)
        if any(len(answer.forms) > 1 for answer in self.answers):
            found.add(406)
        return tuple(sorted(found))

    def operation_id(self, kind: Kind | None) -> str:
        """A name for generated clients: `list_organizations`, `read_training_center`."""
        if kind is None:
            return self.name
        noun = kind.plural if self.name == "list" else kind.name
        return f"{self.name}_{noun}".replace("-", "_")


PATH_PARAMETERS = (
    ID,
    VERSION,
    Parameter(
        "submission", "The submission's id, in either case.", text(ids.PATTERN, 10, 10), "path", example="k7r92wh453"
    ),
    Parameter("vocabulary", "Name of the vocabulary.", text(r"[a-z0-9-]+", 64), "path", example="lifecycle"),
    Parameter("account", "Name of the account.", text(accounts.CHARACTERS, 64), "path", example="Ada"),
    Parameter(
        "serial",
        "The token's id: the twelve characters behind its `prt_`.",
        text("[0-9a-f]{12}", 12, 12),
        "path",
        example="0a1b2c3d4e5f",
    ),
)
