"""A client that keeps a copy of the registry from a snapshot and the feed, as the document tells it to."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from registry.kinds.model.documents import Document


class Answer(NamedTuple):
    """What a client sees of an answer."""

    status: int
    headers: dict[str, str]
    content: bytes

    def document(self) -> Document:
        """The content as JSON."""
        found: Document = json.loads(self.content)
        return found


Get = Callable[[str], Answer]
"""Asks for an address below the root."""


class Follower:
    """A copy of the registry, or of some kinds of it, and how far it has come."""

    def __init__(self, get: Get, *kinds: str) -> None:
        self._get, self._kinds = get, kinds
        self._digest: str | None = None
        self.number = 0
        self.lines: list[Document] = []
        self.copy: dict[str, Document] = {}

    def snapshot(self) -> None:
        """Begin with everything that is published now."""
        answer = self._asked(f"/v1/export?{self._query()}")
        self.number = int(answer.headers["Registry-Change"])
        self.copy = {each["id"]: each for each in map(json.loads, answer.content.splitlines())}

    def follow(self, limit: int = 50) -> None:
        """Apply all lines that there are by now."""
        address = f"/v1/changes?{self._query(after=self.number, limit=limit, include='document')}"
        while True:
            page = json.loads(self._asked(address).content)
            for line in page["items"]:
                self._apply(line)
            address = page["next"]
            if not page["more"]:
                return

    def exported(self) -> bytes:
        """The copy, written as an export is."""
        documents = (self.copy[ident] for ident in sorted(self.copy))
        return b"".join(
            json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for each in documents
        )

    def _apply(self, line: Document) -> None:
        if self._kinds:
            assert line["number"] > self.number, "a line came out of order"
        else:
            assert line["number"] == self.number + 1, "a line is missing, or came out of order"
            assert not self.lines or self.lines[-1]["at"] <= line["at"], "time went backwards"
            self._verify(line)
        self.number = line["number"]
        self.lines.append(line)
        if line["state"] == "published":
            self._keep(line["document"])
        else:
            self.copy.pop(line["record"]["id"], None)
        for each in line["rendered"]:
            self._keep(each["document"])

    def _keep(self, document: Document) -> None:
        if not self._kinds or document["kind"] in self._kinds:
            self.copy[document["id"]] = document

    def _verify(self, line: Document) -> None:
        """Check the digest of a line against that of the line before it."""
        if self._digest is not None or line["number"] == 1:
            digest = hashlib.sha256(
                json.dumps(said(line, self._digest or ""), ensure_ascii=False, separators=(",", ":")).encode()
            ).hexdigest()
            assert digest == line["digest"], f"line {line['number']} does not carry the digest of what it says"
        self._digest = line["digest"]

    def _query(self, **more: Any) -> str:
        return urlencode([*(("kind", kind) for kind in self._kinds), *more.items()])

    def _asked(self, address: str) -> Answer:
        answer = self._get(address)
        assert answer.status == 200, (address, answer.status, answer.content[:500])
        return answer


def said(line: Document, last: str) -> list[Any]:
    """What the digest of a line is taken of, as the document of the API tells it."""
    return [
        last, line["number"], line["batch"], line["at"], line["act"], line["record"]["id"], line["record"]["kind"],
        line["version"], line["by"], line["why"], [each["id"] for each in line["rendered"]], line["content"],
    ]  # fmt: skip
