"""Routes are compiled once for all the applications that tests make, which is most of what making one costs.

What Werkzeug compiles for each is a function that writes the address of the route. The registry writes its addresses itself.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_built: dict[tuple[str, bool], Callable[..., Any]] = {}


def compile_once() -> None:
    """From now on take the function that was compiled for an equal route."""
    compiled = Rule._compile_builder

    def once(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        if self.defaults or self.subdomain or self.host:
            return compiled(self, append_unknown)
        known = (self.rule, append_unknown)
        if known not in _built:
            _built[known] = compiled(self, append_unknown)
        return _built[known]

    Rule._compile_builder = once
