"""What `servstd check` was asked to do, read and checked, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters import LogMapping
from servstd.adapters.batch import LogNotes
from servstd.catalog import Catalog, load_catalog
from servstd.cli.arguments import choose_rules, read_as_of, read_by, read_mapping
from servstd.cli.log_files import find_logs
from servstd.cli.log_report import keep_inputs
from servstd.cli.stop import say, stop
from servstd.errors import Problem
from servstd.evaluate.figures import Figures, Reporting
from servstd.evaluate.group_by import PERIODS
from servstd.evaluate.rows_file import SUFFIXES, check_output
from servstd.objective import Objective, Summary, is_missed
from servstd.reviewing import Answers, read_answers


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the command line said."""

    logs: Sequence[str]
    catalog: Path | None = None
    mapping: Path | None = None
    as_of: str | None = None
    rules: str | None = None
    by: str | None = None
    is_all: bool = False
    output: Path | None = None
    style: str = "table"
    fail_on: str = "objective"
    is_strict: bool = False
    input_format: str | None = None
    bulk: str = "auto"
    workers: int | None = None
    is_resumed: bool = False
    reviews: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What it comes to: the files to judge, by which rules, as of when (None: not said), grouped by what."""

    options: CheckOptions
    catalog: Catalog
    logs: list[str]
    rules: list[str]
    by: tuple[str, ...]
    mapping: LogMapping | None
    as_of: datetime | None
    answers: Answers | None = None

    @property
    def objectives(self) -> dict[str, Objective]:
        """The objectives by rule id."""
        return {rule_id: rule.objective for rule_id, rule in self.catalog.rules.items() if rule.objective}

    @property
    def reporting(self) -> dict[str, Reporting]:
        """How each rule wants to be reported."""
        models = {rule_id: self.catalog.rules[rule_id].model for rule_id in self.rules}
        return {name: Reporting(model.report_by, model.min_group or 0) for name, model in models.items()}


@dataclass(frozen=True, slots=True)
class Run:
    """What was judged, and the figures. `work` says how, when columns were judged."""

    asked: Asked
    notes: LogNotes
    as_of: datetime
    origin: str | None
    figures: Figures
    work: Mapping[str, Any] | None = None
    summaries: list[Summary] = field(init=False)

    def __post_init__(self) -> None:
        """Sum up, a summary a rule."""
        object.__setattr__(self, "summaries", self.figures.summaries(self.asked.objectives))

    @property
    def sampled(self) -> frozenset[str]:
        """The rules that reviewers decided on a drawn part of the log; their rates are not those of the whole."""
        return frozenset() if self.asked.answers is None else self.asked.answers.sampled_rules()

    @property
    def missed(self) -> list[Summary]:
        """The rules whose confirmed objective is missed for certain."""
        return [one for one in self.summaries if is_missed(one) and one.key["rule_id"] not in self.sampled]

    def by_group(self) -> tuple[list[Summary], dict[str, int]]:
        """A summary a rule and group, and by rule how many groups are too small to be shown."""
        shown: list[Summary] = []
        small: dict[str, int] = {}
        reporting = self.asked.reporting
        for one in self.figures.summaries_by_group(self.asked.objectives, reporting):
            rule_id = one.key["rule_id"]
            if 0 < one.opportunities < reporting[rule_id].at_least:
                small[rule_id] = small.get(rule_id, 0) + 1
            else:
                shown.append(one)
        return shown, small


def ask(options: CheckOptions) -> Asked:
    """Read what the command needs. Ends it with everything that is wrong with one of the arguments."""
    logs = find_logs(options.logs, options.input_format)
    if options.output is not None:
        _check_output(options.output, options, logs)
    catalog = load_catalog(options.catalog)
    asked = Asked(
        options,
        catalog,
        logs,
        choose_rules(catalog, options.rules),
        read_by(catalog, options.by, PERIODS),
        read_mapping(catalog, options.mapping),
        read_as_of(options.as_of),
        read_answers(options.reviews, catalog) if options.reviews else None,
    )
    if options.is_resumed and options.output is None:
        raise stop(Problem("nothing-to-resume", "without an output there is nothing to go on with", ("--resume",)))
    return asked


def _check_output(output: Path, options: CheckOptions, logs: Sequence[str]) -> None:
    keep_inputs(output, logs, options.mapping, [options.catalog])
    if is_folder(output):
        for argument in options.logs:
            if Path(argument).is_dir() and output.exists() and output.samefile(argument):
                message = f"{str(output)!r} holds the logs, so verdicts can not go there"
                raise stop(Problem("output-is-input", message, ("-o",)))
    else:
        check_output(output)


def is_folder(output: Path) -> bool:
    """Whether an output is a folder, with a file for each log: it is one, or its name has no ending."""
    return output.suffix.lower() not in SUFFIXES and (output.is_dir() or not output.suffix)


def report_answers(answers: Answers | None) -> None:
    """Name the answers of reviewers that can not be used."""
    for problem in answers.problems if answers else ():
        say(problem.render())
