"""Exporting everything as JSON Lines over HTTP: rows and bytes to the CPU second, and whether memory stays flat."""

import http.client
import time

from tests.bench.serving import Service


def exported(service: Service) -> str:
    """Read the whole export; one line on what it cost."""
    memory, cpu, began = sum(service.memory()), service.cpu(), time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=600)
    connection.request("GET", "/v1/records?format=jsonl")
    response = connection.getresponse()
    rows = size = 0
    first = 0.0
    while piece := response.read1(1 << 18):
        first = first or time.perf_counter() - began
        rows += piece.count(b"\n")
        size += len(piece)
    spent, took = service.cpu() - cpu, time.perf_counter() - began
    connection.close()
    return (
        f"export: {rows:,} rows, {rows / spent:,.0f} rows and {size / 1e6 / spent:,.0f} MB per CPU second; first byte after "
        f"{1000 * first:.0f} ms, all in {took:.1f} s; the workers grew by {sum(service.memory()) - memory} MB"
    )
