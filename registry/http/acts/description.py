"""The OpenAPI document as it is served."""

from registry.http.operations import Call, Reply


def as_json(call: Call) -> Reply:
    """The document as JSON."""
    from registry.http import document

    text, tag = document.served(call.settings.seeds)
    return Reply(text, etag=tag)


def as_yaml(call: Call) -> Reply:
    """The document as YAML."""
    from registry.http import document

    text, tag = document.served_yaml(call.settings.seeds)
    return Reply(text, media="application/yaml", etag=tag)
