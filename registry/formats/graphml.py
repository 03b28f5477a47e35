"""GraphML, as NetworkX, Gephi and yEd read it: nodes and edges with typed attributes."""

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {str: "string", int: "long", bool: "boolean", float: "double"}


def written(nodes: Iterable[Mapping[str, object]], edges: Iterable[Mapping[str, object]]) -> bytes:
    """A directed graph. A node has an `id`, an edge `source`, `target` and a `key` of its source; the rest is attributes.

    Lists are written as words, and an edge is known by its source and key, since two may join the same nodes.
    """
    nodes, edges = [_flat(each) for each in nodes], [_flat(each) for each in edges]
    root = ElementTree.Element("graphml", xmlns=NAMESPACE)
    keys = {**_keys(root, "node", nodes, {"id"}), **_keys(root, "edge", edges, {"source", "target"})}
    graph = ElementTree.SubElement(root, "graph", edgedefault="directed")
    for node in nodes:
        element = ElementTree.SubElement(graph, "node", id=str(node["id"]))
        _attributes(element, "node", node, keys)
    for edge in edges:
        ends = {name: str(edge[name]) for name in ("source", "target")}
        element = ElementTree.SubElement(graph, "edge", id=f"{edge['source']}-{edge['key']}", **ends)  # type: ignore[arg-type]
        _attributes(element, "edge", edge, keys)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _flat(item: Mapping[str, object]) -> dict[str, object]:
    return {name: " ".join(map(str, value)) if isinstance(value, list) else value for name, value in item.items()}


def _keys(
    root: ElementTree.Element, domain: str, items: Iterable[Mapping[str, object]], own: set[str]
) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for item in items:
        for name, value in item.items():
            if name not in own and (domain, name) not in found and value is not None:
                found[domain, name] = f"{domain}-{name}"
                attributes = {
                    "id": f"{domain}-{name}",
                    "for": domain,
                    "attr.name": name,
                    "attr.type": _TYPES[type(value)],
                }
                ElementTree.SubElement(root, "key", attributes)
    return found


def _attributes(
    element: ElementTree.Element, domain: str, item: Mapping[str, object], keys: Mapping[tuple[str, str], str]
) -> None:
    for name, value in item.items():
        key = keys.get((domain, name))
        if key is not None and value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            ElementTree.SubElement(element, "data", key=key).text = "".join(c for c in text if c.isprintable())
