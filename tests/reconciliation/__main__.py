"""`make reconciliation SCHEMAS=folder`: every exchange held to the JSON schemas that the community group publishes.

They are in the folder `0.2/schemas` of https://github.com/reconciliation-api/specs.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema_rs

from registry.application import create_app
from registry.settings import Settings
from tests.reconciliation.exchanges import exchanges

OWN = "https://reconciliation-api.github.io/"
"""Where the schemas say that they are."""


def main(folder: Path) -> int:
    """Print what is wrong; answers how many exchanges were not as they should be."""
    wrong = held = 0
    with TemporaryDirectory() as made:
        app = create_app(Settings(database_url=f"sqlite:///{made}/registry.sqlite"))
        client = app.test_client()
        for shape, path, parameters, form in exchanges():
            if not (folder / f"{shape}.json").exists():
                print(f"{shape}: no schema is published")
                continue
            answer = client.post(path, data=form) if form else client.get(path, query_string=parameters)
            faults = list(validator(folder, shape).iter_errors(answer.json))
            held += 1
            wrong += bool(faults)
            print(
                f"{shape} {path}: {'as it should be' if not faults else [f'{e.instance_path}: {e.message[:200]}' for e in faults]}"
            )
        app.extensions["registry"].close()
    print(f"{held} exchanges, {wrong} not as the schemas have it.")
    return wrong


def validator(folder: Path, shape: str) -> Any:
    """Validates by a published schema; others of the folder are found there, what is referred to elsewhere admits anything."""

    def read(name: str) -> Any:
        return _at_home(json.loads((folder / name).read_text("utf-8")))

    schema = read(f"{shape}.json") | {"$schema": "http://json-schema.org/draft-07/schema#"}
    return jsonschema_rs.Draft7Validator(schema, retriever=lambda address: read(address.rsplit("/", 1)[-1]))


def _at_home(schema: Any) -> Any:
    if isinstance(schema, dict):
        if not str(schema.get("$ref", OWN)).startswith(OWN) and "://" in schema["$ref"]:
            return True
        return {name: _at_home(each) for name, each in schema.items()}
    return [_at_home(each) for each in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
