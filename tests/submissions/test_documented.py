"""The page on registering tells the steps as they are."""

import re

from registry.service.submission import STEPS
from tests.served import CHECKOUT


def test_the_table_of_steps_is_the_one_that_the_service_runs_on() -> None:
    text = (CHECKOUT / "docs/registering.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| `([a-z-]+)` \| (author|reviewer) \|$", text, re.M)
    told = [(name, tuple(re.findall("`(.+?)`", sources)), target, who) for name, sources, target, who in rows]
    assert told == [step[:4] for step in STEPS.values()]
