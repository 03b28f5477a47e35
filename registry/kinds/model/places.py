"""Which country and subdivision codes are in ISO 3166, and what they stand for, by pycountry's copy of it."""

from functools import cache

import pycountry


@cache
def is_country(code: str) -> bool:
    """Whether ISO 3166-1 has this alpha-2 code."""
    return pycountry.countries.get(alpha_2=code) is not None


@cache
def is_subdivision(code: str) -> bool:
    """Whether ISO 3166-2 has this code."""
    return pycountry.subdivisions.get(code=code) is not None


def subdivision_name(code: str) -> str:
    """What ISO 3166-2 calls a subdivision."""
    return str(pycountry.subdivisions.get(code=code).name)


def country_name(code: str) -> str:
    """What a country is commonly called in English."""
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", None) or getattr(found, "name", code))
