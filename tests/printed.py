"""What the documents print: their blocks of commands, the answers under them, and how an answer is held to the real one.

A fenced block of `sh` is performed, in the order of the document and in one shell. Words after `sh` say otherwise:
`performed by FILE` leaves the block to that file, `on SQLite` performs it where the database is SQLite. A block of `json` or `text`
that follows is what the commands answer; `...` stands for what was left out. Commands without such a block answer nothing.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.served import CHECKOUT, Service

LEFT_OUT = "..."
ADDRESS = "REGISTRY=http://localhost:8000\n"
END = "\036"
_FENCE = re.compile(r"^```(\S*)[ ]*(.*?)\n(.*?)^```$", re.M | re.S)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\.\.\.|[\[\]{}:]|[^\s"\[\]{}:.]+|\.|\s+')


class Fence(NamedTuple):
    """One fenced block of a document: its language, the words after it, its text and its first line."""

    language: str
    words: str
    text: str
    line: int


class Block(NamedTuple):
    """Commands of a document, and the answer that is printed under them."""

    where: str
    words: str
    commands: str
    answer: Fence | None

    @property
    def performer(self) -> str | None:
        """The file that performs the block, where that is not this module's reader."""
        told = re.fullmatch(r"performed by (\S+)", self.words)
        return told and told[1]


def documents() -> list[Path]:
    """The documents whose commands are performed."""
    return [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]


def fences(path: Path) -> list[Fence]:
    """The fenced blocks of a document."""
    text = path.read_text("utf-8")
    return [Fence(m[1], m[2].strip(), m[3], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]


def blocks(path: Path) -> Iterator[Block]:
    """The commands of a document with their answers."""
    found = fences(path)
    for fence, after in zip(found, [*found, None][1:], strict=True):
        if fence.language == "sh":
            answer = after if after is not None and after.language in ("json", "text") else None
            yield Block(f"{path.relative_to(CHECKOUT)}:{fence.line}", fence.words, fence.text, answer)


def performed(blocks: list[Block], service: Service) -> list[str]:
    """What each block answers, its status included, all being run in one shell."""
    script = "".join(f"{block.commands}printf '{END}%s{END}' $?\n" for block in blocks)
    assert script.count(ADDRESS) == 1, f"A document sets the address once, by {ADDRESS}"
    script = "exec 2>&1\n" + script.replace(ADDRESS, f"REGISTRY={service.address}\n")
    done = subprocess.run(
        ["sh", "-c", script], cwd=service.folder, env=service.environment, capture_output=True, text=True, timeout=120
    )
    return re.findall(f"([^{END}]*{END}[0-9]+){END}", done.stdout)


def drift(block: Block, answer: str) -> Iterator[str]:
    """What is to be said of a block whose real answer is not what was printed."""
    said, status = answer.split(END)
    found = differences(block.answer or Fence("text", "", "", 0), said)
    if status != "0":
        found.append(f"it ended with status {status}")
    if found:
        yield "\n  ".join([f"{block.where}:", *found[:5], f"really: {said.strip()[:2000]}"])


def differences(printed: Fence, real: str) -> list[str]:
    """Where the real answer is not what was printed."""
    if printed.language == "text":
        lines = [line.rstrip() for line in real.splitlines()]
        return _in_list(printed.text.splitlines(), lines, "the answer")
    try:
        return _in(elided(printed.text), json.loads(real), "")
    except json.JSONDecodeError as reason:
        return [f"not JSON ({reason})"]


def elided(text: str) -> Any:
    """JSON in which `...` may stand for a value, for some items of a list, or for some members of an object."""
    made, around = [], [""]
    tokens = [token for token in _TOKEN.findall(text) if not token.isspace()]
    for at, token in enumerate(tokens):
        if token in "[{":
            around.append(token)
        elif token in "]}":
            around.pop()
        if token == LEFT_OUT:
            member = around[-1] == "{" and tokens[at - 1] != ":"
            token = f'"{LEFT_OUT}":"{LEFT_OUT}"' if member else f'"{LEFT_OUT}"'
        made.append(token)
    return json.loads(" ".join(made))


def _in(printed: Any, real: Any, at: str) -> list[str]:
    if isinstance(printed, str) and LEFT_OUT in printed and isinstance(real, str):
        pattern = ".*".join(map(re.escape, printed.split(LEFT_OUT)))
        return [] if re.fullmatch(pattern, real, re.S) else [f"{at} is {real!r}, not {printed!r}"]
    if printed == LEFT_OUT:
        return []
    if isinstance(printed, dict) and isinstance(real, dict):
        return _in_object(printed, real, at)
    if isinstance(printed, list) and isinstance(real, list):
        return _in_list(printed, real, at)
    return [] if printed == real and type(printed) is type(real) else [f"{at} is {real!r}, not {printed!r}"]


def _in_object(printed: dict[str, Any], real: dict[str, Any], at: str) -> list[str]:
    found = [f"{at}/{name} is not there" for name in printed if name != LEFT_OUT and name not in real]
    if LEFT_OUT not in printed:
        found += [f"{at}/{name} is not printed" for name in real if name not in printed]
    return found + [each for name in printed if name in real for each in _in(printed[name], real[name], f"{at}/{name}")]


def _in_list(printed: list[Any], real: list[Any], at: str) -> list[str]:
    """The first difference of two lists, of which the printed one may leave out some items at any place."""
    if not printed:
        return [f"{at} goes on with {real[0]!r}"] if real else []
    first, *rest = printed
    if first == LEFT_OUT:
        tries = [_in_list(rest, real[start:], at) for start in range(len(real) + 1)]
        return min(tries, key=len) if all(tries) else []
    if not real:
        return [f"{at} ends before {first!r}"]
    return _in(first, real[0], f"{at}/{real[0]!r:.60}") or _in_list(rest, real[1:], at)
