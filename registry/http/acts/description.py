"""The OpenAPI document as it is served."""

from registry.http.operations import YAML, Call, Reply


def as_json(call: Call) -> Reply:
    """The document as JSON."""
    content, tag = call.description("json")
    return Reply(content, etag=tag)


def as_yaml(call: Call) -> Reply:
    """The document as YAML."""
    content, tag = call.description("yaml")
    return Reply(content, media=YAML, etag=tag)
