"""CPU, wall time and memory of a piece of work: of its own process, and of the PostgreSQL server that serves it."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of the client and of the server, wall seconds, peak resident memory of the client in MB."""

    client_s: float
    server_s: float
    wall_s: float
    peak_mb: float

    @property
    def cpu_s(self) -> float:
        """CPU seconds of client and server together."""
        return self.client_s + self.server_s

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.client_s + other.client_s,
            self.server_s + other.server_s,
            self.wall_s + other.wall_s,
            max(self.peak_mb, other.peak_mb),
        )


def server_cpu(postmaster: int) -> float:
    """Return the CPU seconds that a server and all its backends, those that ended included, have used so far."""
    server = psutil.Process(postmaster)
    spent = server.cpu_times()
    total = spent.user + spent.system + spent.children_user + spent.children_system
    for backend in server.children():
        try:
            times = backend.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile: the next reading has it among the server's ended children
        total += times.user + times.system
    return float(total)


def in_child(work: Callable[[], object], postmaster: int) -> Cost:
    """Run *work* in a fork of this process, as Airflow runs a task in a fork of its worker, and return what it cost.

    Raises:
        RuntimeError: the work failed; its traceback is on the error output.
    """
    before, start = server_cpu(postmaster), time.perf_counter()
    child = os.fork()
    if child == 0:
        status = 0
        try:
            work()
        except BaseException:  # noqa: BLE001 - a fork must end here, whatever happened, and not in the caller's code
            traceback.print_exc()
            status = 1
        os._exit(status)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    time.sleep(0.3)  # the backend that served the work ends a moment after its client
    if status:
        raise RuntimeError("the measured work failed")
    return Cost(usage.ru_utime + usage.ru_stime, server_cpu(postmaster) - before, wall, usage.ru_maxrss / 1024)
