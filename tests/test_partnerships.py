"""The table of partnerships counts what reading all documents counts, and each number leads to exactly its records."""

import csv
import io
from collections import defaultdict
from functools import cache
from itertools import product
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kinds.catalogue import KINDS
from registry.service import asking, counting
from registry.service.counting import DIMENSIONS, partnerships
from registry.service.find import Asked, find
from tests.contract import ContractClient
from tests.making import Document
from tests.reading import Reading, at, days

TABLES = [(rows,) for rows in DIMENSIONS] + list(product(DIMENSIONS, DIMENSIONS))
BAIDU, TSINGHUA = "pshpsp1w26", "p64qpd0g38"
NOT_YET = {"proposed", "planned"}


@pytest.fixture(scope="module")
def table_of(reading: Reading) -> "Counted":
    return Counted(reading)


class Counted:
    """Tables of partnerships, counted by reading all documents."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.values = {
            name: {each["id"]: self._values(each, name) for each in reading.documents} for name in DIMENSIONS
        }
        alone = {first[:4] for each in reading.documents for first, last in self._dates(each) if first[:4] == last[:4]}
        self.values["established"] = {
            each["id"]: {year for year in alone for first, last in self._dates(each) if first[:4] <= year <= last[:4]}
            for each in reading.documents
        }
        self.passing = cache(self._passing)

    def _passing(self, name: str, operands: tuple[str, ...]) -> set[str]:
        if name == "also":
            return set.intersection(
                *(self.passing(name, (operand,)) for name, _, operand in (each.partition(":") for each in operands))
            )
        return {each["id"] for each in self.reading.documents if self.reading.passes(each, {name: operands})}

    @staticmethod
    def _dates(document: Document) -> list[tuple[str, str]]:
        return [days(date) for date in at(document, ("milestones", {"event": "established"}, "date"))]

    def _values(self, document: Document, name: str) -> set[str]:
        if name == "party":
            return {tie["target"]["id"] for holder, tie in self.reading.party_ties if holder is document}
        return set() if name == "established" else set(self.reading.values(document, name))

    def meeting(self, filters: dict[str, list[str]]) -> set[str]:
        """The records that meet all filters."""
        found = [self.passing(name, tuple(operands)) for name, operands in filters.items()]
        return set.intersection(*found) if found else {each["id"] for each in self.reading.documents}

    def records(
        self, filters: dict[str, list[str]], dimensions: tuple[str, ...]
    ) -> dict[tuple[str | None, ...], set[str]]:
        """The records under each value of the rows, each of the columns, and each pair."""
        within = {
            each["id"]
            for each in self.reading.documents
            if KINDS[each["kind"]].convenes or any(not kind.startswith("!") for kind in filters.get("kind", ()))
            if each.get("lifecycle") not in NOT_YET or "lifecycle" in (*filters, *dimensions)
        } & self.meeting(filters)
        found: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
        for ident in within:
            choices = [[None, *self.values[name][ident]] for name in dimensions]
            for key in product(*choices, *([None],) * (2 - len(dimensions))):
                found[key].add(ident)
        return found


def asked_by(address: str) -> dict[str, list[str]]:
    """The filters of an address."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(urlsplit(address).query, strict_parsing=True):
        found[name].append(value)
    return found


def assert_counts(table_of: Counted, filters: dict[str, list[str]], dimensions: tuple[str, ...]) -> None:
    """The cells of a table are those that reading gives; their filters find exactly the records behind them."""
    expected = table_of.records(filters, dimensions)
    cells = partnerships(
        table_of.reading.store, filters, dimensions[0], dimensions[1] if dimensions[1:] else None
    ).cells
    assert {cell[:2]: cell.number for cell in cells if cell.number} == {key: len(ids) for key, ids in expected.items()}
    for cell in cells:
        behind = counting.behind(filters, dimensions, cell[:2])
        assert table_of.meeting(behind) == expected[cell[:2]], (cell, behind)


@pytest.mark.parametrize("rows", DIMENSIONS)
def test_every_table_counts_what_reading_counts(table_of: Counted, rows: str) -> None:
    for dimensions in ((rows,), *((rows, columns) for columns in DIMENSIONS)):
        assert_counts(table_of, {}, dimensions)


@pytest.mark.parametrize(("filters", "dimensions"), [
    ({"country": ["US"]}, ("country",)), ({"country": ["US", "GB"]}, ("country", "type")), ({"country": ["!CN"]}, ("country", "lifecycle")),
    ({"party": [BAIDU]}, ("party",)), ({"party": [BAIDU, "!" + TSINGHUA]}, ("party", "party")), ({"kind": ["!program"]}, ("kind",)),
    ({"kind": ["organization", "!program"]}, ("kind", "type")), ({"established": ["2018-06..2019-02"]}, ("established",)),
    ({"established": ["!..2018"]}, ("established", "country")), ({"lifecycle": ["proposed"]}, ("lifecycle", "type")),
    ({"lifecycle": ["!active"]}, ("topic",)), ({"also": ["country:CN", "country:US"]}, ("country", "country")),
    ({"topic": ["standards", "ai-education"]}, ("topic", "topic")),
])  # fmt: skip
def test_filters_on_the_dimensions_themselves_hold_beside_each_value(
    table_of: Counted, filters: dict[str, list[str]], dimensions: tuple[str, ...]
) -> None:
    assert_counts(table_of, filters, dimensions)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_filters_hold_beside_each_value(table_of: Counted, data: st.DataObject) -> None:
    filters: dict[str, list[str]] = {}
    names = st.sampled_from(DIMENSIONS) | st.sampled_from(sorted(asking.askables(None)))
    for name in data.draw(st.lists(names, max_size=3, unique=True)):
        pool = table_of.reading.pool(None, name)
        if pool:
            operand = st.builds(str.__add__, st.sampled_from(["", "", "!"]), st.sampled_from(pool))
            operand = st.sampled_from(pool) if name == "also" else operand
            filters[name] = data.draw(st.lists(operand, min_size=1, max_size=3))
    assert_counts(table_of, filters, data.draw(st.sampled_from(TABLES)))


@pytest.mark.parametrize("query", [
    "rows=country&columns=country", "rows=country&country=US", "rows=established&columns=kind", f"rows=party&party={BAIDU}", "rows=kind&kind=!program",
    "rows=party&columns=lifecycle&topic=standards", "rows=topic&columns=topic&topic=ai-education&also=country:CN",
])  # fmt: skip
def test_each_number_leads_to_exactly_its_records(client: ContractClient, query: str) -> None:
    table = client.get(f"/v1/partnerships?{query}").json
    assert table["items"], query
    for cell in table["items"][:: max(1, len(table["items"]) // 10)]:
        assert client.get(cell["records"] + "&limit=0").json["total"] == cell["count"], cell


def test_as_a_table_for_spreadsheets_each_line_has_its_link(client: ContractClient) -> None:
    address = "/v1/partnerships?rows=party&columns=country&country=!US"
    items = client.get(address).json["items"]
    lines = list(csv.DictReader(io.StringIO(client.get(address + "&format=csv").text.removeprefix("\ufeff"))))
    assert [{k: v for k, v in line.items() if v} for line in lines] == [
        {k: str(v) for k, v in i.items()} for i in items
    ]


@pytest.mark.parametrize("operands", [
    ["country:CN", "country:US"], [f"party:{BAIDU}", f"party:{TSINGHUA}"], ["country:!CN"], ["established:2018..2019", "established:2019"],
    ["has:cautions", "kind:organization"], [f"relation:operated-by:{BAIDU}"], ["topic:standards", "topic:!ai-education"],
])  # fmt: skip
def test_one_filter_can_hold_twice(reading: Reading, operands: list[str]) -> None:
    found = find(reading.store, Asked(None, {"also": operands}, limit=10_000))
    assert [item[7:17].decode() for item in found.items] == reading.found(None, {"also": operands})


@pytest.mark.parametrize(
    "operand", ["lifecycle:no-such", "country:cn", "established:soon", "party:x", "has:", "relation:x:y"]
)
def test_what_a_filter_would_not_take_finds_nothing_beside_others(client: ContractClient, operand: str) -> None:
    assert client.get("/v1/records", query_string={"also": operand}).status_code == (400 if operand == "has:" else 200)
    assert client.get("/v1/records", query_string={"also": f"{operand}?"}).json["total"] == 0


def test_a_filter_that_there_is_not_is_refused_beside_others_as_well(client: ContractClient) -> None:
    refused = client.get("/v1/records?also=province:CN-LN")
    assert refused.status_code == 400
    assert refused.json["errors"][0]["parameter"] == "also"
