"""Suggestions for typing, and counts for people who report."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from registry.formats import csv
from registry.http.operations import CSV, JSON, Answered, Call, Operation, Reply, written
from registry.http.parameters import Parameter, text, whole, words
from registry.http.schemas import Answer
from registry.http.table_parameters import filter_parameters
from registry.kinds.catalogue import KINDS
from registry.kinds.model.envelope import KIND_NAME
from registry.kinds.model.fields import FREE_TEXT, Count, Form, Id, OneWord, Part, Several, Text
from registry.kinds.model.kind import Kind
from registry.service import counting, suggesting
from registry.store.counting import PARTY, Cell


class Suggestion(Answer):
    """A record that may be meant."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    matched = Text("The name that was met, in whichever language.", longest=1000, required=True)
    summary = Text("What it is.", longest=2000)


class SuggestionList(Answer):
    """Records that may be meant."""

    items = Several(Part(Suggestion, "A record."), "The records, the likeliest first.", most=50, required=True)


class PartnershipCell(Answer):
    """One number of the table."""

    row = Text("The value of the row dimension; absent in the totals of columns.", longest=200)
    row_name = Text("The name of the record that the row stands for.", longest=1000)
    column = Text("The value of the column dimension; absent in the totals of rows.", longest=200)
    column_name = Text("The name of the record that the column stands for.", longest=1000)
    count = Count("How many records there are.", required=True)
    records = Text("Address of exactly these records.", longest=8000, required=True)


class PartnershipTable(Answer):
    """Counts across dimensions; a record with several values is counted under each, so that counts need not add up."""

    rows = OneWord(counting.DIMENSIONS, "The dimension of the rows.", required=True)
    columns = OneWord(counting.DIMENSIONS, "The dimension of the columns.")
    total = Count("How many records there are in all.", required=True)
    items = Several(
        Part(PartnershipCell, "A number."),
        "The numbers: of each row, of each column, of each pair.",
        most=100000,
        required=True,
    )


COLUMNS = ("row", "row_name", "column", "column_name", "count", "records")
"""The columns of the table as CSV."""


def suggest(call: Call) -> Reply:
    """Records that somebody who types may mean."""
    values = call.values
    return written({"items": suggesting.suggest(call.store, values["prefix"], values["kind"] or (), values["limit"])})


def partnerships(call: Call) -> Reply:
    """A table of counts."""
    rows, columns = call.values["rows"], call.values["columns"]
    filters = {each.name: call.values[each.name] for each in filter_parameters(None) if call.values.get(each.name)}
    table = counting.partnerships(call.store, filters, rows, columns)
    total = next(cell.number for cell in table.cells if cell.row is None and cell.column is None)
    items = [
        _cell(cell, rows, columns, filters, table.names)
        for cell in table.cells
        if (cell.row, cell.column) != (None, None)
    ]
    if call.form == CSV:
        lines = ([str(item.get(name, "")) for name in COLUMNS] for item in items)
        return Reply(media=CSV + "; charset=utf-8; header=present", parts=csv.written(COLUMNS, lines))
    body: dict[str, object] = {"rows": rows, "total": total, "items": items}
    return written(body | ({"columns": columns} if columns else {}))


def _cell(
    cell: Cell, rows: str, columns: str | None, filters: Mapping[str, list[str]], names: Mapping[str, str]
) -> dict[str, object]:
    dimensions, values = (rows, *filter(None, [columns])), (cell.row, cell.column)
    found: dict[str, object] = {}
    for place, dimension, value in zip(("row", "column"), dimensions, values, strict=False):
        if value is not None:
            found[place] = value
            if dimension == PARTY:
                found[f"{place}_name"] = names[value]
    asked = counting.behind(filters, dimensions, values)
    pairs = [(name, value) for name in sorted(asked) for value in asked[name]]
    return found | {"count": cell.number, "records": f"/v1/records?{urlencode(pairs, quote_via=quote)}"}


def _suggest_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("prefix", "What was typed so far.", text(FREE_TEXT, 100), required=True, example="tsing"),
        Parameter("kind", "Only records of this kind.", words(tuple(KINDS)), occurs="repeated"),
        Parameter("limit", "How many records to answer at most.", whole(1, 50), default=10),
    )


def _table_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("rows", "What the rows stand for.", words(counting.DIMENSIONS), required=True, example="country"),
        Parameter("columns", "What the columns stand for.", words(counting.DIMENSIONS), example="type"),
        *filter_parameters(None),
        Parameter("format", "The form of the answer; it goes before Accept.", words(("json", "csv"))),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "suggest_records", "GET", "/v1/suggest", "Suggest records for typing",
        "Answers records with a name that begins with what was typed, or has a word that does, in English, Chinese or pinyin.",
        suggest, (Answered(200, "The records.", lambda _: SuggestionList),), _suggest_parameters, follows_journal=True,
    ),
    Operation(
        "count_partnerships", "GET", "/v1/partnerships", "Count partnerships for a report",
        "Counts the centers, programs, agreements and other records that several can be party to, across one or two dimensions; each number "
        "leads to exactly the records behind it. A record with several values is counted under each, one without a value under none, a date "
        "that spans several years under each of them. What is only proposed or planned is left out, unless `lifecycle` is a filter or a "
        "dimension; other kinds are counted if `kind` asks for them.",
        partnerships, (Answered(200, "The table.", lambda _: PartnershipTable, (JSON, CSV), (), lambda _: COLUMNS),), _table_parameters, follows_journal=True, tag="relations",
    ),
)  # fmt: skip
