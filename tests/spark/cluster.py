"""A standalone Spark cluster on the loopback address: a master and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pyspark

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
PATIENCE_S = 150.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A master, and workers of one core each; whoever makes it must stop it, best with `with`."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self.folder, self._number = folder, 0
        self._port, self._page = free_port(), free_port()
        self._master = self._start("master.Master", "--port", str(self._port), "--webui-port", str(self._page))
        self.workers: list[subprocess.Popen[bytes]] = []
        wait_until(self._listens, "the master")  # a worker that comes too early tries again only after seconds
        for _ in range(workers):
            self.add_worker()
        self.wait_for(workers)

    @property
    def url(self) -> str:
        """What a driver connects to."""
        return f"spark://127.0.0.1:{self._port}"

    def add_worker(self) -> None:
        """Start one more."""
        self._number += 1
        work = self.folder / f"work{self._number}"
        limits = ("--cores", "1", "--memory", "1g", "--webui-port", "0")
        self.workers.append(self._start("worker.Worker", *limits, "--work-dir", str(work), self.url))

    def kill_worker(self) -> None:
        """End the oldest worker with its executors, as a machine that loses its power."""
        os.killpg(self.workers.pop(0).pid, signal.SIGKILL)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def alive(self) -> int:
        """How many workers the master knows and hears of."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._page}/json/", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except OSError:
            return 0
        return int(found["aliveworkers"])

    def wait_for(self, workers: int) -> None:
        """Until so many are there."""
        wait_until(lambda: self.alive() >= workers, f"{workers} workers; see {self.folder}")

    def environment(self, *settings: str) -> dict[str, str]:
        """What a driver of this cluster needs: one that runs here, in a folder of its own."""
        known = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SPARK_HOME")}
        own = ("spark.executor.memory=512m", "spark.ui.enabled=false", "spark.log.level=ERROR", *settings)
        arguments = " ".join(f"--conf {setting}" for setting in own)
        return {
            **known,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": f"--master {self.url} {arguments} pyspark-shell",
        }

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name.partition('.')[0]}{self._number}.log").open("wb")
        with log:
            return subprocess.Popen(
                [SPARK_CLASS, f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._plain(), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"},
                cwd=self.folder,
                start_new_session=True,  # so that it can be ended together with its executors
            )

    @staticmethod
    def _plain() -> dict[str, str]:
        """The environment without what is meant for this process alone; workers know nothing of the checkout."""
        return {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYSPARK", "SPARK"))
        }

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self.workers, self._master):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)


def wait_until(is_done: Any, what: str, patience_s: float = PATIENCE_S) -> None:
    """Ask again and again; fail when it takes too long."""
    end = time.monotonic() + patience_s
    while not is_done():
        assert time.monotonic() < end, f"waited {patience_s:.0f} s for {what}"
        time.sleep(0.02)
