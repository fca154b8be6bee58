"""`servstd check` by columns: logs of any length in bounded memory, in parts that can be judged in any order.

Every log is a part, or some row groups of a long Parquet file are; what came of a part lies in files, and all parts
together give the same as one run over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters.batch import LogNotes, choose_as_of
from servstd.adapters.reach import Reach
from servstd.cli.bulk_merge import Outputs, merge
from servstd.cli.bulk_part import Judging, Part, reach_of
from servstd.cli.bulk_parts import check_logs, claims_between, parts_of, size_of
from servstd.cli.bulk_pool import judge_parts
from servstd.cli.bulk_store import Store, found_in
from servstd.cli.bulk_work import add_work, say_work
from servstd.cli.check_ask import Asked, Run
from servstd.cli.check_records import judge_records
from servstd.cli.interrupt import Course
from servstd.cli.log_report import report_bad_rows, report_reach
from servstd.cli.progress import Meter
from servstd.cli.stop import say
from servstd.evaluate import Evaluator
from servstd.evaluate.figures import Figures
from servstd.values import EPOCH


def judge_bulk(asked: Asked, course: Course) -> Run:
    """Judge the logs part by part, and add up what came of them."""
    outputs = Outputs(asked.options.output, asked.logs)
    judging = _judging(asked, outputs)
    check_logs(judging, asked.logs)
    outputs.check()
    newest = _Newest(judging, asked.logs)
    if asked.as_of is None and newest.is_needed(asked) and newest.newest_at() is None:
        return judge_records(asked, course)  # it says what is wrong
    as_of, origin = choose_as_of(asked.as_of, asked.mapping, newest, False)
    judging = _judging(asked, outputs, as_of)
    with outputs.folder(asked) as folder:
        store = Store(folder, outputs.settings(judging, asked.options.mapping) if outputs.is_kept(asked) else None)
        store.open(asked.options.is_resumed, asked.logs)
        runner = _Runner(judging, store, outputs, course, asked.options.workers or 1)
        parts = _parts(asked, judging, outputs, folder)
        outputs.keep_others(store, parts)
        parts = runner.run(parts)
        figures, notes, work = _sum(asked, parts)
        report_bad_rows(notes, asked.options.is_strict)
        report_reach(newest, origin)
        _report_changed(store)
        with course.held():
            merge(parts, judging.suffix, outputs)
            course.written = outputs.said()
            store.forget(outputs.is_folder)
    run = Run(asked, notes, as_of, origin, figures, work)
    say_work(run)
    return run


def _parts(asked: Asked, judging: Judging, outputs: Outputs, folder: Path) -> list[Part]:
    parts = parts_of(judging, asked.logs, folder, outputs.may_slice(asked))
    is_alone = len(parts) == 1 and not outputs.is_kept(asked)
    return [replace(parts[0], is_alone=True)] if is_alone else parts


def _report_changed(store: Store) -> None:
    for log in sorted(store.changed):
        say(f"{log!r} was changed while it was judged; --resume judges it again")


def _sum(asked: Asked, parts: Sequence[Part]) -> tuple[Figures, LogNotes, dict[str, Any]]:
    """What came of all parts together."""
    figures, notes, work = Figures(asked.rules, asked.by), LogNotes(), list[dict[str, Any]]()
    for part in parts:
        one, note, how = found_in(part)
        figures.absorb(one)
        notes += note
        work.append(how)
    return figures, notes, add_work(work)


def _judging(asked: Asked, outputs: Outputs, as_of: datetime = EPOCH) -> Judging:
    evaluator = Evaluator(asked.catalog)
    return Judging(
        evaluator, asked.mapping, asked.rules, asked.by, as_of, asked.options.input_format, outputs.part_suffix
    )


class _Newest:
    """How far the logs reach, by a pass over them."""

    def __init__(self, judging: Judging, logs: Sequence[str]) -> None:
        self.judging, self.logs = judging, logs
        self._found: Reach | None = None

    def is_needed(self, asked: Asked) -> bool:
        """Whether nothing else names the instant."""
        return asked.mapping is None or asked.mapping.exported_at is None

    def newest_at(self) -> datetime | None:
        """The newest observed instant of any record."""
        return self.reach().newest_at

    def reach(self) -> Reach:
        """How far the logs reach, found when it is asked for."""
        if self._found is None:
            self._found = Reach()
            parts = [Part(log, Path(log)) for log in self.logs]
            with _meter("reading", self.judging, parts) as meter:
                for part in parts:
                    self._found.join(reach_of(self.judging, part, meter.add))
        return self._found


@contextmanager
def _meter(what: str, judging: Judging, parts: Sequence[Part]) -> Iterator[Meter]:
    sizes = [size_of(judging, part) for part in parts]
    rows = [count for count, _ in sizes]
    total = None if None in rows else sum(count or 0 for count in rows)
    with Meter(what, total, sum(size for _, size in sizes)) as meter:
        yield meter


@dataclass
class _Runner:
    """Sees to it that every part is finished, with the ids that earlier logs have."""

    judging: Judging
    store: Store
    outputs: Outputs
    course: Course
    workers: int

    def run(self, parts: list[Part]) -> list[Part]:
        """Judge what is not finished; then again what shares ids with an earlier log. Gives all parts in order."""
        left = [part for part in parts if self.store.claims_of(part) is None or not self.outputs.has(part)]
        if left and self.outputs.is_folder:
            self.outputs.withdraw(left)
            self.course.written = self.outputs.said_so_far(self.store)
        self._judge(left)
        parts, whole = claims_between(self.judging, parts)
        if whole:  # row groups of one log share ids: only the whole log can tell what they are
            self._judge([part for part in whole if self.store.claims_of(part) is None])
            parts, _ = claims_between(self.judging, parts)
        self._judge([part for part in parts if not self.store.has(part)])
        return parts

    def _judge(self, parts: list[Part]) -> None:
        if not parts:
            return
        with _meter("judging", self.judging, parts) as meter:
            self.course.follow(meter)
            try:
                judge_parts(self.judging, parts, self.workers, self.course, meter, self.store.begin, self._done)
            finally:
                self.course.follow(None)

    def _done(self, part: Part) -> None:
        with self.course.held():
            self.outputs.publish(part)
            self.store.done(part, self.outputs.file_of(part))
            self.course.written = self.outputs.said_so_far(self.store)
