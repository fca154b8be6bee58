"""Reading the rules of a resolved tree: each with its readings and versions, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from servstd.catalog.body import make_body
from servstd.catalog.layers import Resolved
from servstd.catalog.merge import overlay
from servstd.catalog.rule import Rule, Version, laid_versions, reading_spec
from servstd.catalog.rule_model import RULE_ID, RuleModel
from servstd.catalog.rules_meant import rule_id_meant, rule_meant
from servstd.errors import Problem
from servstd.spelling import read_keys
from servstd.terms.context import Context
from servstd.terms.validation import key_names, problems_of
from servstd.yaml_reader import MarkedDict, merge_marks, place


def read_rules(resolved: Resolved, context: Context) -> dict[str, Rule]:
    """The rules under `rules`, in order; problems are reported to `resolved`, and a rule that has any is left out."""
    return _Reader(resolved, context).rules()


class _Reader:
    """The rules while they are being read."""

    def __init__(self, resolved: Resolved, context: Context) -> None:
        self.resolved, self.tree, self.context = resolved, resolved.tree, context

    def rules(self) -> dict[str, Rule]:
        """Every rule that can be read, by its id."""
        rules: dict[str, Rule] = {}
        written = self.tree.get("rules") or {}
        for rule_id, spec in written.items():
            if not RULE_ID.fullmatch(str(rule_id)):
                message = f"{rule_id!r} is not family.words in small letters"
                hint = rule_id_meant(rule_id, written)
                self.resolved.report(Problem("rule-id", message, ("rules", rule_id), hint))
            if not isinstance(spec, Mapping):
                message, keys = "expected the content of a rule", ("rules", rule_id)
                self.resolved.report(Problem("not-a-mapping", message, keys, rule_meant(spec)))
                continue
            rule = self._rule(rule_id, spec)
            if rule is not None:
                rules[rule_id] = rule
        return rules

    def _rule(self, rule_id: str, spec: Mapping[str, Any]) -> Rule | None:
        used = self._used(rule_id)
        model = self._model(rule_id, spec)
        if model is None:
            return None
        if spec.keys() - set(key_names(RuleModel)):  # told; what is laid over such a rule would be told again
            return Rule(rule_id, model, spec, make_body(model), (), used, None, self.context)
        laid, body_model = spec, model
        if used is not None and used in model.readings:
            laid = reading_spec(spec, used)
            chosen = self._model(rule_id, laid)
            if chosen is None:
                return None
            body_model = chosen
        if rule_id in self.resolved.own_rules or rule_id in self.resolved.changed_rules:
            for over in model.readings.values():
                self._model(rule_id, _changed(spec, over))
        versions = self._versions(rule_id, laid, model)
        reason = (self.tree.get("disable") or {}).get(rule_id)
        reading = used if used is not None else model.reading
        return Rule(rule_id, model, spec, make_body(body_model), versions, reading, reason, self.context)

    def _model(self, rule_id: str, spec: Mapping[str, Any]) -> RuleModel | None:
        path = ("rules", rule_id)
        known, problems = read_keys(spec, key_names(RuleModel), path)
        problems = [self._of_the_check(problem, spec) for problem in problems]
        try:
            model = RuleModel.model_validate(known, context=self.context)
        except ValidationError as error:
            self._report_in(spec, rule_id, [*problems, *problems_of(error, RuleModel, path)])
            return None
        self._report_in(spec, rule_id, problems)
        return model

    def _of_the_check(self, problem: Problem, spec: Mapping[str, Any]) -> Problem:
        """An unknown key with the hint that it is one of the rule's kind of check."""
        check = spec.get("check")
        kind = self.context.kinds.get(str(check.get("kind"))) if isinstance(check, Mapping) else None
        is_its = kind is not None and problem.keys[-1] in key_names(kind)
        return replace(problem, hint=f"put {problem.keys[-1]!r} under 'check'") if is_its else problem

    def _used(self, rule_id: str) -> str | None:
        """The reading that `use_reading` picks; a value that is no name is reported where it is written."""
        used = (self.tree.get("use_reading") or {}).get(rule_id)
        return used if isinstance(used, str) else None

    def _report_in(self, spec: Mapping[str, Any], rule_id: str, problems: Sequence[Problem]) -> None:
        """Problems of a rule under a reading or a version lie where that was written."""
        written = MarkedDict({"rules": MarkedDict({rule_id: spec})})
        for problem in problems:
            self.resolved.report(place(problem, written, self.resolved.lines))

    def _versions(self, rule_id: str, spec: Mapping[str, Any], model: RuleModel) -> tuple[Version, ...]:
        """The bodies by date."""
        used = self._used(rule_id)
        versions: list[Version] = []
        for laid, from_, until in laid_versions(spec, model.versions, used):
            read = self._model(rule_id, laid)
            if read is not None:
                versions.append(Version(make_body(read), from_, until, laid))
        return tuple(versions)


def _changed(spec: Mapping[str, Any], over: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be read anew of a rule under a reading: what the reading changes, and what no rule is without."""
    needed = {key: spec[key] for key in spec if key in over or key in ("title", "check")}
    laid: Mapping[str, Any] = overlay(merge_marks(needed, spec), over)
    return laid
