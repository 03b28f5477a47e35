"""Services in processes of their own, as people run them, and what these processes have used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

CHECKOUT = Path(__file__).parent.parent.parent


class Service(NamedTuple):
    """A running service: its port, and the process that began it; `beside` are servers that it leans on."""

    port: int
    process: psutil.Process
    beside: tuple[psutil.Process, ...] = ()

    def cpu(self) -> float:
        """The seconds of CPU that all its processes have used, in user mode and in the kernel."""
        return sum(times.user + times.system for times in (each.cpu_times() for each in self._tree()))

    def memory(self) -> list[int]:
        """The MB that each worker holds for itself: without code, and without the database that it has mapped."""
        return [round(own_memory(each)) for each in self.process.children()]

    def share(self) -> int:
        """The MB that all workers hold, what they share told once (PSS)."""
        return round(sum(each.memory_full_info().pss for each in self.process.children()) / 1e6)

    def _tree(self) -> list[psutil.Process]:
        return [each for root in (self.process, *self.beside) for each in (root, *root.children(recursive=True))]


def own_memory(process: psutil.Process) -> float:
    """The MB that a process holds and shares with no file."""
    known = process.memory_info()
    return float(known.rss - known.shared) / 1e6


@contextmanager
def served(app: str, probe: str, beside: tuple[psutil.Process, ...] = (), **settings: str) -> Iterator[Service]:
    """Serve an application by gunicorn as it is configured for the registry; `probe` is a path that it answers."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    environment |= {"PORT": str(port), "REGISTRY_HOST": "127.0.0.1", "REGISTRY_GRACEFUL_TIMEOUT": "1", **settings}
    command = [sys.executable, "-m", "gunicorn", "-c", str(CHECKOUT / "gunicorn.conf.py"), app]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    try:
        _wait(port, probe, process)
        yield Service(port, psutil.Process(process.pid), beside)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, probe: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("The service ended before it answered.")
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.sendall(f"GET {probe} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                if connection.recv(100).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("The service did not answer within a minute.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
