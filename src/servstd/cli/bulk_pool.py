"""Judging parts one after the other, or in several processes at once."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from servstd.cli.bulk_part import Judging, Part, judge_part
from servstd.cli.interrupt import Course
from servstd.cli.progress import Meter
from servstd.cli.stop import stop
from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError

_LOOK_S = 0.2

Done = Callable[[Part], None]


def judge_parts(
    judging: Judging, parts: Sequence[Part], workers: int, course: Course, meter: Meter, begin: Done, done: Done
) -> None:
    """Judge all parts. `begin` hears of each part before it is begun, `done` when its files are there."""
    if workers == 1 or len(parts) < 2:
        for part in parts:
            begin(part)
            judge_part(judging, part, meter.add)
            done(part)
        return
    for part in parts:
        begin(part)
    context = multiprocessing.get_context("spawn")
    counters = context.Value("q", 0), context.Value("q", 0)
    pool = ProcessPoolExecutor(min(workers, len(parts)), context, _start, (judging, counters))
    try:
        with course.held():  # a worker that is broken off while it starts says so at length
            left = {pool.submit(_judge, part): part for part in parts}
        _follow(left, counters, meter, done)
    except BrokenProcessPool:
        message = "a worker process ended in the middle; it may have run out of memory"
        raise stop(Problem("worker-lost", message, ("--workers",), "try fewer")) from None
    finally:
        _end(pool)


def _follow(left: dict[Future[Problem | None], Part], counters: Any, meter: Meter, done: Done) -> None:
    seen = [0, 0]
    while left:
        ready, _ = wait(left, _LOOK_S, FIRST_COMPLETED)
        now = [counter.value for counter in counters]
        meter.add(now[0] - seen[0], now[1] - seen[1])
        seen = now
        for future in ready:
            part = left.pop(future)
            problem = future.result()
            if problem is not None:
                raise OutputError(problem)
            done(part)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers, whatever they do."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


_judging: Judging
_counters: Any


def _start(judging: Judging, counters: Any) -> None:
    """The beginning of a worker: Ctrl-C is the business of its parent, and it ends when that is gone."""
    global _judging, _counters
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _judging, _counters = judging, counters
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _judge(part: Part) -> Problem | None:
    """Gives what can not be written as its problem, for that error does not come from process to process."""
    try:
        judge_part(_judging, part, _tell)
    except OutputError as error:
        return error.problem
    return None


def _tell(rows: int, size: int) -> None:
    for counter, amount in zip(_counters, (rows, size), strict=True):
        with counter.get_lock():
            counter.value += amount
