"""Parameters that follow from what the kinds declare: the filters of lists."""

from functools import cache

from registry.http.parameters import Parameter, text, words
from registry.kinds.model.kind import Kind
from registry.service import asking


@cache
def filter_parameters(kind: Kind | None) -> tuple[Parameter, ...]:
    """The filters of a kind's list, or of the list over all kinds, as parameters."""
    return tuple(
        Parameter(
            each.name, each.about, words(each.choices) if each.choices else text(each.pattern, each.longest),
            occurs="repeated", example=[each.example] if each.example else None,
        )
        for each in asking.askables(kind).values()
    )  # fmt: skip
