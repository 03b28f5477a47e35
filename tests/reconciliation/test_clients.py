"""Clients that others wrote drive the service that people run, over the network."""

import pandas
import pytest
from reconciler import reconcile

from tests.conftest import Databases
from tests.reconciliation.exchanges import BAIDU, BASE, TSINGHUA
from tests.served import Service, served


@pytest.fixture(scope="module")
def running(databases: Databases, seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Service:
    with served(tmp_path_factory.mktemp("reconciled"), databases.copy(seeded_url)) as service:
        yield service


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # the client was written for an older pandas
def test_a_column_of_a_data_frame_is_reconciled(running: Service) -> None:
    names = ["Tsinghua Univ.", "百度", "Dalian Univ. of Technology"]
    table = pandas.DataFrame({"partner": names, "land": ["China", "中国", "CN"]})
    found = reconcile(
        table["partner"], type_id="organization", property_mapping={"country": table["land"]},
        reconciliation_endpoint=running.address + BASE,
    )  # fmt: skip
    told = {row["input_value"]: (row["id"], row["match"], row["type_id"]) for _, row in found.iterrows()}
    assert told == {
        "Tsinghua Univ.": (TSINGHUA, True, "organization"), "百度": (BAIDU, True, "organization"),
        "Dalian Univ. of Technology": ("b5jy9bve66", True, "organization"),
    }  # fmt: skip
