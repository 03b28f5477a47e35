"""What can be set from the environment, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings of one running registry; each is REGISTRY_ and its name in capitals in the environment."""

    database_url: str = "sqlite:///var/registry.sqlite"
    seeds: Path = CHECKOUT / "seeds"
    title: str = "Partnership Registry"
    address: str = ""
    largest_body: int = 1_000_000
    deepest_body: int = 32
    workers: int = 2
    rate_limit: int = 18_000
    rate_limit_bad_tokens: int = 30
    trusted_proxies: int = 0


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives; what it leaves out has its default."""
    given: dict[str, object] = {}
    for name, default in vars(Settings()).items():
        text = environment.get(f"REGISTRY_{name.upper()}")
        if text is not None:
            given[name] = type(default)(text) if not isinstance(default, Path) else Path(text)
    return Settings(**given)  # type: ignore[arg-type]
