"""Serving: HEAD, OPTIONS, conditional reads, compression, other origins, and what a start does and refuses to do."""

import gzip
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from registry.application import create_app
from registry.http import answering
from registry.service import loading
from registry.settings import Settings
from registry.store import indexed, journal
from registry.store.database import Store
from tests import making, served
from tests.conftest import Databases, store_of
from tests.contract import ContractClient, address_of, spec
from tests.served import command

HOME = address_of("/v1/organizations/{id}").rstrip("?")
UNREPEATABLE = ("X-Request-Id", "RateLimit")
GZIP = {"Accept-Encoding": "gzip"}


READ = [path for path, item in spec()["paths"].items() if "get" in item and {} in item["get"].get("security", [{}])]
"""What anybody may read."""
CONDITIONAL = [path for path in READ if "304" in spec()["paths"][path]["get"]["responses"]]


def headers_of(response: TestResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers if name not in UNREPEATABLE}


def test_the_address_of_the_next_page_repeats_what_was_asked_and_quotes_what_no_address_holds(
    shared_app: Flask,
) -> None:
    asked = 'type=university&limit=1&&cursor=&q=a%26"<b>'
    with shared_app.test_request_context("/v1/organizations", query_string=asked):
        told = answering._next_url(request.environ, cursor="next")
    assert told == "/v1/organizations?type=university&limit=1&q=a%26%22%3Cb%3E&cursor=next"


@given(st.text("ab=&%+2F~", max_size=20))
def test_a_query_says_what_werkzeug_reads_in_it(text: str) -> None:
    environ = EnvironBuilder(query_string=text).get_environ()
    assert answering._query(environ) == Request(environ).args.to_dict(flat=False)


@pytest.mark.parametrize("filters", ["", "&country=CN", "&country=CN&sort=-established", "&q=university"])
def test_a_page_tells_how_many_there_are_unless_it_is_asked_not_to(client: ContractClient, filters: str) -> None:
    counted = client.get(f"/v1/organizations?limit=2{filters}").json
    not_counted = client.get(f"/v1/organizations?limit=2&total=false{filters}").json
    assert counted["total"] > 2 and "total" not in not_counted
    assert counted["items"] == not_counted["items"] and not_counted["next"]


@pytest.mark.parametrize("path", READ)
def test_head_answers_what_get_does_without_the_body(client: ContractClient, path: str) -> None:
    read, asked = client.get(address_of(path)), client.head(address_of(path))
    assert (asked.status_code, asked.data) == (read.status_code, b"") == (200, b"")
    assert read.data
    assert headers_of(asked) == headers_of(read)


@pytest.mark.parametrize("path", spec()["paths"])
def test_options_tells_the_methods_and_lets_browsers_send_what_they_need(client: ContractClient, path: str) -> None:
    offered = {method.upper() for method in spec()["paths"][path]}
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": next(iter(offered))}
    answer = client.options(address_of(path).partition("?")[0], headers=asked)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Allow"] == answer.headers["Access-Control-Allow-Methods"]
    assert set(answer.headers["Allow"].split(", ")) == offered | {"OPTIONS"} | ({"HEAD"} if "GET" in offered else set())
    allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match", "If-None-Match"} <= allowed


@pytest.mark.parametrize("path", CONDITIONAL)
def test_a_client_that_has_the_present_version_gets_304_and_its_headers(client: ContractClient, path: str) -> None:
    address = address_of(path)
    read = client.get(address)
    again = client.get(address, headers={"If-None-Match": f'"other", {read.headers["ETag"]}'})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
        assert again.headers[name] == read.headers[name]
    assert "Content-Type" not in again.headers
    for weak_or_any in (f"W/{read.headers['ETag']}", "*"):
        assert client.get(address, headers={"If-None-Match": weak_or_any}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_form_and_each_question_has_a_tag_of_its_own(client: ContractClient) -> None:
    questions = (
        "",
        "?limit=1",
        "?limit=2",
        "?fields=name",
        "?total=false",
        "?facets=type",
        "?country=CN",
        "?format=csv",
        "?format=jsonl",
    )
    tags = [client.get(f"/v1/organizations{question}").headers["ETag"] for question in questions]
    assert len(set(tags)) == len(questions)


def test_the_tag_of_a_list_moves_with_any_change_and_only_then(adding_curator: ContractClient) -> None:
    def tag() -> str:
        return adding_curator.get("/v1/programs?limit=1").headers["ETag"]

    first = tag()
    assert tag() == first
    adding_curator.post("/v1/organizations?dry_run=true", json=making.organization())
    assert tag() == first
    adding_curator.post("/v1/organizations", json=making.organization())
    assert tag() != first


@pytest.mark.parametrize("address", [HOME, "/v1/organizations", "/v1/openapi.json", "/v1/vocabularies"])
def test_a_large_answer_is_compressed_for_those_who_take_it(client: ContractClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert packed.headers.get("ETag") == _packed(plain.headers.get("ETag"))


@pytest.mark.parametrize("refusing", ["identity", "gzip;q=0", "br", ""])
def test_nothing_is_compressed_for_those_who_do_not_take_it(client: ContractClient, refusing: str) -> None:
    assert "Content-Encoding" not in client.get(HOME, headers={"Accept-Encoding": refusing}).headers


def test_a_small_answer_is_not_compressed(client: ContractClient) -> None:
    assert "Content-Encoding" not in client.get("/health/live", headers=GZIP).headers


def test_the_tag_of_a_compressed_answer_serves_for_reading_and_for_writing(adding_curator: ContractClient) -> None:
    made = adding_curator.post("/v1/organizations", json=making.organization(summaries=[
        {"lang": "en", "text": "Long. " * 300},
    ]))  # fmt: skip
    home = made.headers["Location"]
    tag = adding_curator.get(home, headers=GZIP).headers["ETag"]
    assert tag == _packed(made.headers["ETag"])
    unchanged = adding_curator.get(home, headers={**GZIP, "If-None-Match": tag})
    assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, tag)
    amended = adding_curator.patch(
        home, json={"sector": "industry"}, headers={"If-Match": tag}, content_type="application/merge-patch+json"
    )
    assert amended.status_code == 200
    assert adding_curator.get(home, headers={**GZIP, "If-None-Match": tag}).status_code == 200


def test_pages_of_any_origin_may_read_every_answer_and_its_headers(adding_curator: ContractClient) -> None:
    made = adding_curator.post("/v1/organizations", json=making.organization())
    home = made.headers["Location"]
    plain = adding_curator.application.test_client()
    answers = [
        made, plain.get(home), plain.get(home, headers={"If-None-Match": made.headers["ETag"]}), plain.get("/v1/nothing"),
        plain.post("/v1/organizations"), plain.put("/v1"), plain.options(home), plain.get("/docs"), plain.get("/docs/files/docs.css"),
        plain.get("/docs/files/nothing"), plain.get("/v1/organizations?format=csv"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"], answer.request.path
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"} <= set(
            exposed
        )
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_slash_at_the_end_of_a_collection_changes_nothing(client: ContractClient) -> None:
    assert (
        client.get("/v1/organizations/?limit=2&fields=name").json["items"]
        == (client.get("/v1/organizations?limit=2&fields=name").json["items"])
    )


def test_what_changes_nothing_may_not_be_kept_and_what_does_must_be_asked_for_again(
    adding_curator: ContractClient,
) -> None:
    made = adding_curator.post("/v1/organizations", json=making.organization())
    assert made.headers["Cache-Control"] == "no-store"
    assert adding_curator.get(made.headers["Location"]).headers["Cache-Control"] == "max-age=0, must-revalidate"
    assert adding_curator.get("/health/ready").headers["Cache-Control"] == "no-store"


# Starting.


def test_a_second_start_reads_no_seed_and_indexes_nothing_anew(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store_of(make_app())
    head = journal.head(first)

    def unwanted(*_: object) -> None:
        raise AssertionError("done again without need")

    monkeypatch.setattr(loading, "read_seeds", unwanted)
    monkeypatch.setattr(indexed, "reindex", unwanted)
    again = create_app(Settings(database_url=first.url))
    assert journal.head(store_of(again)) == head
    store_of(again).close()


def test_changed_declarations_are_indexed_anew_at_the_next_start(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store_of(make_app())
    monkeypatch.setattr(indexed, "SHAPE", indexed.SHAPE + 1)
    asked: list[Store] = []
    monkeypatch.setattr(indexed, "reindex", asked.append)
    for _ in range(2):
        store_of(create_app(Settings(database_url=first.url))).close()
    assert len(asked) == 1


def refused_start(folder: Path, **settings: str) -> str:
    """The one line that a start says before it gives up."""
    done = command("serve", folder=folder, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_a_busy_port_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("0.0.0.0", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        assert refused_start(tmp_path, PORT=port) == (
            f"Port {port} cannot be used (Address already in use): stop what serves there, or set PORT."
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_port_that_is_none_is_named_in_one_line(tmp_path: Path, port: str) -> None:
    assert refused_start(tmp_path, PORT=port) == f"PORT is '{port}': it must be a number from 1 to 65535."


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    url = f"sqlite:///{tmp_path}/file/registry.sqlite"
    line = refused_start(tmp_path, PORT=str(served.free_port()), REGISTRY_DATABASE_URL=url)
    assert line == f"The database {tmp_path}/file/registry.sqlite cannot be written: File exists: {tmp_path}/file."


def test_a_file_that_is_no_database_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database. " * 100)
    line = refused_start(
        tmp_path, PORT=str(served.free_port()), REGISTRY_DATABASE_URL=f"sqlite:///{tmp_path}/notes.txt"
    )
    assert line == f"The database sqlite:///{tmp_path}/notes.txt cannot be used: file is not a database"


def test_a_server_that_does_not_answer_is_named_in_one_line_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://ada:secret@localhost:{served.free_port()}/registry"
    line = refused_start(tmp_path, PORT=str(served.free_port()), REGISTRY_DATABASE_URL=url)
    assert line.startswith("The database postgresql://localhost:")
    assert "secret" not in line


def test_a_database_of_a_newer_version_is_named_in_one_line(empty_store: Store, tmp_path: Path) -> None:
    empty_store.change("INSERT INTO schema_migration (name, applied) VALUES (?, ?)", ["0999_later", "2030-01-01"])
    empty_store.close()
    line = refused_start(tmp_path, PORT=str(served.free_port()), REGISTRY_DATABASE_URL=empty_store.url)
    assert "is from a newer version of the registry (it has 0999_later): run that version, or restore a backup." in line


def test_a_start_says_where_to_look_first_and_a_stop_is_quiet(
    databases: Databases, seeded_url: str, tmp_path: Path
) -> None:
    with served.served(tmp_path, databases.copy(seeded_url)) as service:
        page = urllib.request.urlopen(f"{service.address}/docs", timeout=10).read()
    assert b"/docs/files/docs.js" in page
    said = (tmp_path / "log").read_text()
    assert said.splitlines() == [
        f"The registry serves at {service.address}/v1 - look first at {service.address}/docs, "
        f"or ask: curl '{service.address}/v1/records?q=teacher'",
        "To write, get a token: .venv/bin/registry token issue YOUR-NAME --role curator",
    ]


def _packed(tag: str | None) -> str | None:
    return tag and tag[:-1] + '--gzip"'


def test_commands_begin_without_what_takes_long_to_load_and_only_some_need() -> None:
    asked = [sys.executable, "-c", "import sys, registry.cli; print(*sys.modules)"]
    loaded = subprocess.run(asked, cwd=served.CHECKOUT, capture_output=True, text=True, check=True).stdout.split()
    assert "registry.service.accounts" in loaded
    assert {"flask", "gunicorn", "pypinyin"}.isdisjoint(loaded)
