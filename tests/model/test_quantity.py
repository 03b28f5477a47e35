"""Quantities: one form each, with the qualifier that goes with it."""

from typing import Any

import pytest
from marshmallow import ValidationError

from registry.kinds.model.quantity import QUALIFIERS, Quantity


def read(**members: Any) -> Any:
    return Quantity().load({"unit": "person", **members})


@pytest.mark.parametrize("members", [
    {"qualifier": "exact", "value": "3000"}, {"qualifier": "over", "value": "-61.8"}, {"qualifier": "range", "low": "1", "high": "2"},
    {"qualifier": "range", "low": "-5", "high": "-2"}, {"qualifier": "range", "low": "9", "high": "10"}, {"qualifier": "range", "low": "2", "high": "2"},
    {"qualifier": "about", "numerator": "1", "denominator": "7"}, {"qualifier": "exact", "value": "0"},
    {"qualifier": "unquantified", "as_stated": "hundreds"}, {"qualifier": "over", "value": "5000000", "as_stated": "over 5 million"},
], ids=repr)  # fmt: skip
def test_a_quantity_has_one_form_and_a_qualifier_that_goes_with_it(members: dict[str, str]) -> None:
    assert read(**members) == {"unit": "person", **members}


@pytest.mark.parametrize(("members", "where"), [
    ({"value": "1"}, "qualifier"),
    ({"qualifier": "exact"}, "qualifier"),
    ({"qualifier": "exact", "value": "1", "low": "1", "high": "2"}, "qualifier"),
    ({"qualifier": "exact", "value": "1", "numerator": "1"}, "qualifier"),
    ({"qualifier": "range", "low": "1"}, "qualifier"),
    ({"qualifier": "range", "high": "1"}, "qualifier"),
    ({"qualifier": "range", "value": "1"}, "qualifier"),
    ({"qualifier": "about", "low": "1", "high": "2"}, "qualifier"),
    ({"qualifier": "exact", "numerator": "1"}, "qualifier"),
    ({"qualifier": "exact", "denominator": "7"}, "qualifier"),
    ({"qualifier": "range", "low": "2", "high": "1"}, "low"),
    ({"qualifier": "range", "low": "10", "high": "9"}, "low"),
    ({"qualifier": "range", "low": "-2", "high": "-5"}, "low"),
    ({"qualifier": "exact", "numerator": "1", "denominator": "0"}, "denominator"),
    ({"qualifier": "exact", "numerator": "1", "denominator": "-0.00"}, "denominator"),
    ({"qualifier": "unquantified"}, "qualifier"),
    ({"qualifier": "unquantified", "as_stated": "hundreds", "value": "100"}, "qualifier"),
    ({"qualifier": "some", "value": "1"}, "qualifier"),
    ({"qualifier": "exact", "value": 1}, "value"),
    ({"qualifier": "exact", "value": "1,000"}, "value"),
], ids=repr)  # fmt: skip
def test_a_quantity_of_no_form_or_two_is_refused_where_it_is_wrong(members: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(**members)
    assert list(refusal.value.messages) == [where]


def test_a_bare_number_without_a_unit_is_refused() -> None:
    with pytest.raises(ValidationError, match="unit"):
        Quantity().load({"qualifier": "exact", "value": "1"})


@pytest.mark.parametrize("qualifier", QUALIFIERS.codes)
def test_every_qualifier_goes_with_some_form(qualifier: str) -> None:
    forms = [{"value": "1"}, {"low": "1", "high": "2"}, {"as_stated": "hundreds"}]
    fitting = 0
    for form in forms:
        try:
            read(qualifier=qualifier, **form)
        except ValidationError:
            continue
        fitting += 1
    assert fitting == 1
