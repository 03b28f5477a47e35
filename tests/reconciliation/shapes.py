"""What the Reconciliation API 0.2 demands of each answer, as JSON Schema; written from the text of the specification.

The schemas that its community group publishes can be put in the place of these: see __main__.py.
"""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def record(needed: dict[str, Any], **optional: Any) -> Schema:
    """An object that must have some members and may have others."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **optional}}


def of(each: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": each}


def mapped(each: Schema) -> Schema:
    """An object whose members are named by the client."""
    return {"type": "object", "additionalProperties": each}


TEMPLATE: Schema = {"type": "string", "pattern": r"\{\{id\}\}"}
TYPE: Schema = record({"id": TEXT, "name": TEXT}, description=TEXT)
TYPE["properties"]["broader"] = of(record({"id": TEXT, "name": TEXT}))
SERVICE = record(
    {}, service_url=TEXT, service_path=TEXT, flyout_service_url=TEXT, flyout_service_path={"type": "string", "pattern": r"\$\{id\}"}
)  # fmt: skip
CHOICE = record({"value": TEXT, "name": TEXT})
SETTING: Schema = {
    "oneOf": [
        record({"type": {"const": word}, "label": TEXT, "name": TEXT} | more, help_text=TEXT, default={"type": default})
        for word, default, more in (
            ("number", "number", {}), ("text", "string", {}), ("checkbox", "boolean", {}), ("select", "string", {"choices": of(CHOICE)}),
        )
    ]
}  # fmt: skip
CELL: Schema = {
    "oneOf": [
        {**record({"id": TEXT, "name": TEXT}, description=TEXT), "additionalProperties": False},
        *(
            {**record({name: {"type": kind}}), "additionalProperties": False}
            for name, kind in (("str", "string"), ("float", "number"), ("int", "integer"))
        ),
    ]
}
CANDIDATE = record(
    {"id": TEXT, "name": TEXT, "score": {"type": "number"}},
    description=TEXT, match={"type": "boolean"}, type=of({"oneOf": [record({"id": TEXT}, name=TEXT), TEXT]}),
    features=of(record({}, id=TEXT, value={"type": ["boolean", "number"]})),
)  # fmt: skip

SHAPES: dict[str, Schema] = {
    "manifest": record(
        {"versions": {**of(TEXT), "contains": {"const": "0.2"}}, "name": TEXT, "identifierSpace": TEXT, "schemaSpace": TEXT},
        documentation=TEXT, serviceVersion=TEXT, logo=TEXT, view=record({"url": TEMPLATE}), feature_view=record({"url": TEMPLATE}),
        defaultTypes={**of(TYPE), "uniqueItems": True}, batchSize={"type": "integer", "minimum": 1},
        preview=record({"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
        suggest=record({}, entity=SERVICE, property=SERVICE, type=SERVICE),
        extend=record({}, propose_properties=SERVICE, property_settings=of(SETTING)),
    ),
    "reconciliation-result-batch": mapped(record({"result": of(CANDIDATE)})),
    "data-extension-response": record(
        {"meta": of(record({"id": TEXT, "name": TEXT}, type=record({"id": TEXT}))), "rows": mapped(mapped(of(CELL)))}
    ),
    "data-extension-property-proposal": record(
        {"properties": of(record({"id": TEXT, "name": TEXT}, description=TEXT))}, type=TEXT, limit={"type": "number"}
    ),
    "suggest-entities-response": record(
        {"result": of(record({"id": TEXT, "name": TEXT}, description=TEXT, notable=of(record({"id": TEXT}, name=TEXT))))}
    ),
    "suggest-types-response": record({"result": of(TYPE)}),
    "suggest-properties-response": record({"result": of(record({"id": TEXT, "name": TEXT}, description=TEXT))}),
    "flyout-response": record({"id": TEXT, "html": TEXT}),
}  # fmt: skip
"""The shape of each kind of answer, by the name of the file that the community group publishes for it."""
