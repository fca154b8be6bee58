"""One hand-written function that decides what the shipped rules decide on the records of `bench/check.py`.

This is what a developer would write into a help desk instead of using a catalog: the same clocks, events, reviews
and words, the same five outcomes, no evidence, no configuration, no explanation. It uses the library's calendar and
cues, so that the comparison is about judging alone.
"""

from __future__ import annotations

from typing import Any

from servstd import BusinessCalendar, Catalog, Record
from servstd.cues import Names, Tokens, classify_reply, tokenise

P, F, W, U, N = "pass", "fail", "pending", "unknown", "not_applicable"
YES_NO = {"yes": P, "no": F, "na": N, "unsure": U}


class ByHand:
    """The standards, written out."""

    def __init__(self, catalog: Catalog) -> None:
        self.calendar: BusinessCalendar = catalog.calendar()
        self.cues, self.replies = catalog.cues, catalog.replies

    def check(self, record: Record, as_of: int) -> dict[str, str]:
        """Every outcome of one record at an instant (UTC microseconds); rules that are left out do not apply."""
        events: dict[str, list[Any]] = {}
        for event in record.events:
            if event.at_us <= as_of and event.values.get("automated") is not True:
                events.setdefault(event.type, []).append(event)
        for same in events.values():
            same.sort(key=lambda event: event.at_us)
        reviews: dict[str, str] = {}
        for review in record.reviews:
            if review.at_us is None or review.at_us <= as_of:
                outcome = YES_NO[review.value]
                reviews[review.rule] = outcome if reviews.get(review.rule, outcome) == outcome else U
        if record.kind == "case":
            return self.case(record, events, reviews, as_of)
        turns = self.turns(record)
        found = self.contact(record, events, reviews, turns)
        if record.channel == "phone":
            found |= self.call(record, events, reviews, turns, as_of)
        elif record.channel == "email":
            found["email.response_time"] = self.email(record, events, as_of)
        return found

    # ---------------------------------------------------------------- words

    def turns(self, record: Record) -> list[tuple[str, int | None, Tokens]]:
        return [(turn.speaker, turn.at_us, tokenise(turn.text)) for turn in record.turns]

    def said(self, cue: str, turns: list[Any], names: Names) -> bool:
        family = self.cues[cue]
        return any(family.find(tokens, names) is not None for _, _, tokens in turns)

    def words(self, cues: tuple[str, ...], turns: list[Any], names: Names, whole: bool, last: bool = False) -> str:
        if not turns or (last and not whole):
            return U
        return P if any(self.said(cue, turns, names) for cue in cues) else U

    # ---------------------------------------------------------------- e-mail

    def email(self, record: Record, events: dict[str, list[Any]], as_of: int) -> str:
        fields = record.fields
        if record.direction == "outbound" or fields.get("no_response_required") or record.audience == "applicant":
            return N
        if "received" not in events:
            return U
        outcomes = [self.reply(start, events, as_of) for start in events["received"]]
        return next((outcome for outcome in (F, W, U, P) if outcome in outcomes), N)

    def reply(self, start: Any, events: dict[str, list[Any]], as_of: int) -> str:
        limit = self.calendar.add_business_days_at_us(self.calendar.next_open_us(start.at_us), 1)
        answers = [event.at_us for event in events.get("responded", ()) if event.at_us >= start.at_us]
        for event in events.get("withdrawn", ()):
            if start.at_us <= event.at_us <= limit and (not answers or event.at_us < answers[0]):
                return N
        if answers:
            return P if answers[0] <= limit else F
        if as_of <= limit:
            return W
        return U if any(event.at_us < start.at_us for event in events.get("responded", ())) else F

    # ---------------------------------------------------------------- any contact

    def contact(
        self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], turns: list[Any]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        names = Names((), record.agent_names)
        whole = record.fields.get("transcript_complete") is True
        agent = [turn for turn in turns if turn[0] == "agent"]
        is_phone = record.channel == "phone"
        if record.audience is None or record.audience == "external":
            greet = N if "abandoned" in events or record.fields.get("first_in_thread") is False else ""
            if not greet:
                greet = reviews.get("external.greet", U)
                greet = greet if greet != U else self.words(("greeting",), agent[:2], names, whole)
            found["external.greet"] = greet if record.audience else U
            found["external.greet_courteously"] = N if greet in (N, F) else reviews.get("external.greet_courteously", U)
            no_request = record.fields.get("has_request") is False
            found["external.listen"] = N if is_phone or no_request else reviews.get("external.listen", U)
            needless = record.fields.get("action_needed") is False
            found["external.act_appropriately"] = N if needless else reviews.get("external.act_appropriately", U)
            close = N if is_phone or self.cut_short(record, events) else reviews.get("external.close", U)
            if close == U:
                close = self.words(("closing", "thanks"), agent[-2:], names, whole, last=True)
            found["external.close"] = close
            found["external.close_courteously"] = N if close == N else reviews.get("external.close_courteously", U)
        needs = reviews.get("general.anticipate_needs", U)
        found["general.anticipate_needs"] = N if needs == F else needs
        found["general.professional_communication"] = reviews.get("general.professional_communication", U)
        return found

    def cut_short(self, record: Record, events: dict[str, list[Any]]) -> bool:
        ends = events.get("hangup", ())
        abrupt = any(event.values.get("abrupt") is True or event.values.get("by") == "system" for event in ends)
        return "abandoned" in events or abrupt or record.fields.get("transferred_away") is True

    # ---------------------------------------------------------------- calls

    def call(
        self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], turns: list[Any], as_of: int
    ) -> dict[str, str]:
        fields, found = record.fields, {}
        names = Names((), record.agent_names)
        whole = fields.get("transcript_complete") is True
        agent = [turn for turn in turns if turn[0] == "agent"]
        customer = [turn for turn in turns if turn[0] == "customer"]
        abandoned, adjusted = "abandoned" in events, fields.get("adjustment") is True
        for rule in ("general.audible_voice", "general.tone_of_voice"):
            found[rule] = N if adjusted or fields.get("line_fault") else reviews.get(rule, U)
        found["telephone.speed_of_answer"] = self.speed(record, events, as_of)
        found["telephone.identify_self"] = self.identify(record, events, reviews, agent, names, whole)
        no_request = fields.get("has_request") is False or abandoned
        found["telephone.listen"] = N if no_request else reviews.get("telephone.listen", U)
        moved = any(name in events for name in ("transfer_start", "callback_arranged", "message_taken", "referral"))
        helpless = fields.get("assistable") is False
        found["telephone.assist"] = N if no_request or (helpless and moved) else reviews.get("telephone.assist", U)
        found["telephone.redirect_when_unable"] = self.redirect(record, events, reviews, moved)
        found |= self.transfers(record, events, reviews, agent, customer, names)
        found |= self.holds(record, events, reviews, agent, customer)
        cut = self.cut_short(record, events)
        thanks = N if cut else reviews.get("telephone.thank_caller", U)
        found["telephone.thank_caller"] = (
            self.words(("thanks",), agent[-2:], names, whole, last=True) if thanks == U else thanks
        )
        found["telephone.end_courteously"] = N if cut else reviews.get("telephone.end_courteously", U)
        found["telephone.caller_hangs_up_first"] = self.hangup(record, events, reviews, cut)
        found |= self.unavailable(record, events, reviews, agent, customer, names)
        return found

    def speed(self, record: Record, events: dict[str, list[Any]], as_of: int) -> str:
        rings, answers = events.get("ring_start"), events.get("answered")
        if record.direction == "outbound" or record.fields.get("adjustment"):
            return N
        if not rings:
            return U
        if record.fields.get("presence") != "available" and not answers:
            return N if record.fields.get("presence") and "answered" in record.complete_for else U
        count = rings[0].values.get("ring_count")
        if answers and count is not None:
            return P if count <= 2 else F
        limit = rings[0].at_us + 12_000_000
        if answers:
            return P if answers[0].at_us <= limit else F
        gone = [event.at_us for name in ("abandoned", "rerouted") for event in events.get(name, ())]
        if gone and min(gone) <= limit:
            return N
        return W if as_of <= limit else F

    def identify(
        self,
        record: Record,
        events: dict[str, list[Any]],
        reviews: dict[str, str],
        agent: Any,
        names: Names,
        whole: bool,
    ) -> str:
        unanswered = "answered" not in events and "answered" in record.complete_for
        if record.direction == "outbound" or "abandoned" in events or unanswered or record.fields.get("consult_leg"):
            return N
        answer = reviews.get("telephone.identify_self", U)
        return self.words(("self_id",), agent[:2], names, whole) if answer == U else answer

    def redirect(self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], moved: bool) -> str:
        assistable = record.fields.get("assistable")
        if assistable is True or record.fields.get("declined_redirect") or record.fields.get("out_of_scope"):
            return N
        if assistable is False and moved:
            return P
        ways = {"transfer_start", "callback_arranged", "message_taken", "referral"}
        if assistable is False and ways <= record.complete_for and ("ended" in events or "hangup" in events):
            return F
        return reviews.get("telephone.redirect_when_unable", U)

    def permission(self, start: int, act: Any, kind: str, events: dict[str, list[Any]]) -> tuple[bool, str]:
        """Whether it was asked, and the last answer, after the act before and before this one."""
        low, high = start, act.at_us
        asked = [
            e for e in events.get(f"{kind}_request", ()) if low < e.at_us <= high and e.values.get("by") != "customer"
        ]
        yes = [e.at_us for e in events.get(f"{kind}_consent", ()) if low < e.at_us <= high]
        no = [e.at_us for e in events.get(f"{kind}_refusal", ()) if low < e.at_us <= high]
        if not yes and not no:
            return bool(asked), ""
        return bool(asked), F if no and (not yes or no[-1] > yes[-1]) else P

    def asked_in_words(self, cue: str, low: int, high: int, agent: Any, customer: Any) -> tuple[bool, str, bool]:
        """Whether the words ask, what the reply says, and whether there is a reply at all."""
        family = self.cues[cue]
        for _, at, tokens in agent:
            if at is None or not low <= at < high:
                continue
            hit = family.find(tokens)
            if hit is None:
                continue
            replies = [reply for _, then, reply in customer if then is not None and at < then < high]
            read = [classify_reply(reply, hit.no_means_yes, self.replies) for reply in replies]
            clear = [answer for answer in read if answer != "unclear"]
            return True, (P if clear[-1] == "agreed" else F) if clear else U, bool(replies)
        return False, U, False

    def transfers(
        self,
        record: Record,
        events: dict[str, list[Any]],
        reviews: dict[str, str],
        agent: Any,
        customer: Any,
        names: Names,
    ) -> dict[str, str]:
        rules = (
            "redirect_to_appropriate_person",
            "transfer_permission",
            "transfer_give_name",
            "transfer_give_extension",
        )
        all_acts = [act for act in events.get("transfer_start", ()) if act.values.get("by", "agent") == "agent"]
        outcomes: dict[str, list[str]] = {rule: [] for rule in rules}
        low = -(1 << 62)
        for index, act in enumerate(all_acts):
            following = all_acts[index + 1].at_us if index + 1 < len(all_acts) else 1 << 62
            reached = any(act.at_us < e.at_us < following for e in events.get("transfer_answered", ()))
            again = any(
                e.at_us > act.at_us and e.values.get("same_reason", True) and not e.values.get("planned")
                for e in events["transfer_start"]
            )
            person = F if again else P
            unreached = N if "transfer_answered" in record.complete_for else U
            outcomes[rules[0]].append(person if reached else unreached)
            outcomes[rules[1]].append(self.transfer_permission(record, low, act, events, reviews, agent, customer))
            for rule, flag, cue in (
                (rules[2], "name_given", "give_name"),
                (rules[3], "extension_given", "give_extension"),
            ):
                outcomes[rule].append(
                    self.told(record, flag, cue, low, act, events, reviews, agent, customer, names, rule)
                )
            low = act.at_us
        return {f"telephone.{rule}": _rolled(found) for rule, found in outcomes.items()}

    def transfer_permission(
        self, record: Record, low: int, act: Any, events: Any, reviews: dict[str, str], agent: Any, customer: Any
    ) -> str:
        wish = any(
            low < e.at_us < act.at_us and e.values.get("by") == "customer" for e in events.get("transfer_request", ())
        )
        spoken = self.cues["transfer_me"]
        wish = wish or any(
            at is not None and low <= at < act.at_us and spoken.find(tokens) is not None for _, at, tokens in customer
        )
        if wish or record.fields.get("emergency"):
            return N
        _, answer = self.permission(low, act, "transfer", events)
        answer = answer or reviews.get("telephone.transfer_permission", U)
        return self.asked_in_words("transfer_ask", low, act.at_us, agent, customer)[1] if answer == U else answer

    def told(
        self, record: Record, flag: str, cue: str, low: int, act: Any, events: Any, reviews: dict[str, str], agent: Any,
        customer: Any, names: Names, rule: str,
    ) -> str:  # fmt: skip
        if flag == "name_given":
            asked = [turn for turn in customer if turn[1] is not None and turn[1] < act.at_us]
            if self.said("names_person", asked, names):
                return N
        elif record.fields.get("caller_has_extension") or act.values.get("has_extension") is False:
            return N
        given = [e.values.get(flag) for e in events.get("transfer_info", ()) if low < e.at_us <= act.at_us]
        if True in given:
            return P
        if False in given:
            return F
        answer = reviews.get(f"telephone.{rule}", U)
        spoken = [turn for turn in agent if turn[1] is not None and low <= turn[1] < act.at_us]
        return self.words((cue,), spoken, names, True) if answer == U else answer

    def holds(
        self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], agent: Any, customer: Any
    ) -> dict[str, str]:
        found: dict[str, list[str]] = {"hold_ask": [], "hold_wait_for_response": [], "hold_permission": []}
        low = -(1 << 62)
        acts = [act for act in events.get("hold_start", ()) if act.values.get("by", "agent") == "agent"]
        for act in acts if not record.fields.get("adjustment") else ():
            asked, answer = self.permission(low, act, "hold", events)
            words = (
                (False, U, False)
                if asked and answer
                else self.asked_in_words("hold_ask", low, act.at_us, agent, customer)
            )
            silent = "hold_request" in record.complete_for
            ask = P if asked or answer or words[0] else F if silent else reviews.get("telephone.hold_ask", U)
            found["hold_ask"].append(ask)
            wait = P if answer or words[2] else reviews.get("telephone.hold_wait_for_response", U)
            found["hold_wait_for_response"].append(N if ask == F else wait)
            agreed = answer or reviews.get("telephone.hold_permission", U)
            found["hold_permission"].append(N if ask == F else agreed if agreed != U else words[1])
            low = act.at_us if act.until_us is None else act.until_us
        return {f"telephone.{rule}": _rolled(outcomes) for rule, outcomes in found.items()}

    def hangup(self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], cut: bool) -> str:
        ends = events.get("hangup", ())
        left = record.fields.get("transferred_away") or record.fields.get("released_under_policy")
        if "abandoned" in events or left or any(e.values.get("by") == "system" for e in ends):
            return N
        if any(e.values.get("by") == "customer" for e in ends):
            return P
        if any(e.values.get("by") == "agent" for e in ends) or "hangup" in record.complete_for:
            return F
        return reviews.get("telephone.caller_hangs_up_first", U)

    def unavailable(
        self,
        record: Record,
        events: dict[str, list[Any]],
        reviews: dict[str, str],
        agent: Any,
        customer: Any,
        names: Names,
    ) -> dict[str, str]:
        wanted = record.fields.get("person_requested")
        if wanted is None:
            wanted = True if self.said("ask_for_person", customer, names) else None
        found: dict[str, str] = {}
        for rule, kinds, cue in (
            ("unavailable_notify", ("unavailable_notice",), "unavailable"),
            ("unavailable_ask_urgent", ("urgency_asked",), "ask_urgent"),
            ("unavailable_offer_message", ("message_offered", "message_taken", "callback_arranged"), "offer_message"),
        ):
            if wanted is False or record.fields.get("requested_person_available"):
                found[f"telephone.{rule}"] = N
            elif wanted is None:
                found[f"telephone.{rule}"] = U
            elif any(kind in events for kind in kinds):
                found[f"telephone.{rule}"] = P
            else:
                answer = reviews.get(f"telephone.{rule}", U)
                found[f"telephone.{rule}"] = self.words((cue,), agent, names, True) if answer == U else answer
        return found

    # ---------------------------------------------------------------- cases

    def case(self, record: Record, events: dict[str, list[Any]], reviews: dict[str, str], as_of: int) -> dict[str, str]:
        fields = record.fields
        starts = [*events.get("received", ()), *events.get("opened", ())]
        begin = min((event.at_us for event in starts), default=None)
        found = {"commitment.promise_kept": self.promises(events, as_of)}
        found["external.act_promptly"] = self.act(record, events, begin, as_of)
        found["external.notify_unexpected_delay"] = self.delays(record, events, as_of)
        at_once = fields.get("completed_in_first_contact") is True
        skip = at_once or fields.get("has_process") is False
        first = events["responded"][0].at_us if "responded" in events else None
        told = [e for e in events.get("info_given", ()) if first is None or e.at_us <= first]
        time_told = any(e.values.get("topic") == "process_time" for e in told)
        found["external.state_process_time"] = (
            N if skip else P if time_told else reviews.get("external.state_process_time", U)
        )
        dated = any(e.values.get("due_at") is not None for e in events.get("promise", ()))
        if skip or dated:
            found["external.state_expected_completion"] = N if skip else P
        elif "promise" in record.complete_for:
            found["external.state_expected_completion"] = F
        else:
            found["external.state_expected_completion"] = reviews.get("external.state_expected_completion", U)
        warned = any(e.values.get("topic") == "possible_delay" for e in told)
        none = fields.get("foreseeable_delay") is False or at_once
        found["external.state_possible_delays"] = (
            N if none else P if warned else reviews.get("external.state_possible_delays", U)
        )
        found["external.progress_update"] = self.updates(record, events, as_of)
        return found

    def act(self, record: Record, events: dict[str, list[Any]], begin: int | None, as_of: int) -> str:
        if record.fields.get("action_needed") is False:
            return N
        if begin is None:
            return U
        limit = self.calendar.add_business_days_at_us(self.calendar.next_open_us(begin), 1)
        done = [e.at_us for name in ("action_started", "responded", "resolved") for e in events.get(name, ())]
        done = [at for at in done if at >= begin]
        if done:
            return P if min(done) <= limit else F
        if as_of <= limit:
            return W
        return F if {"action_started", "responded", "resolved"} <= record.complete_for else U

    def promises(self, events: dict[str, list[Any]], as_of: int) -> str:
        outcomes = []
        for promise in events.get("promise", ()):
            due = promise.values.get("due_at")
            if due is None:
                outcomes.append(U)
                continue
            limit = _us(due)
            for moved in events.get("renegotiated", ()):
                if promise.at_us <= moved.at_us <= limit and moved.values.get("new_due_at") is not None:
                    limit = _us(moved.values["new_due_at"])
            done = [e.at_us for e in events.get("fulfilled", ()) if e.at_us >= promise.at_us and e.ref == promise.ref]
            gone = [e.at_us for e in events.get("withdrawn", ()) if promise.at_us <= e.at_us <= limit]
            if gone and (not done or gone[0] < done[0]):
                outcomes.append(N)
            elif done:
                outcomes.append(P if done[0] <= limit else F)
            else:
                outcomes.append(W if as_of <= limit else F)
        return _rolled(outcomes)

    def delays(self, record: Record, events: dict[str, list[Any]], as_of: int) -> str:
        if (
            not any(name in events for name in ("delay_known", "promise"))
            and "normal_process_time" not in record.fields
        ):
            return N if {"delay_known", "promise"} <= record.complete_for else U
        ends = [e.at_us for name in ("resolved", "withdrawn", "renegotiated") for e in events.get(name, ())]
        told = [e.at_us for e in events.get("delay_notified", ())]
        outcomes = []
        for known in events.get("delay_known", ()):
            if known.values.get("expected") is not True:
                limit = self.calendar.add_business_days_at_us(self.calendar.next_open_us(known.at_us), 1)
                outcomes.append(_answered(known.at_us, limit, told, ends, as_of))
        for promise in events.get("promise", ()):
            due = promise.values.get("due_at")
            outcomes.append(U if due is None else _answered(promise.at_us, _us(due), told, ends, as_of))
        return _rolled(outcomes)

    def updates(self, record: Record, events: dict[str, list[Any]], as_of: int) -> str:
        if record.fields.get("no_contact_wanted") is True:
            return N
        if "responded" not in events:
            return N
        begin = events["responded"][0].at_us
        ends = [
            e.at_us for name in ("resolved", "withdrawn", "closed") for e in events.get(name, ()) if e.at_us >= begin
        ]
        end = min(ends) if ends else None
        points = [
            begin,
            *(e.at_us for e in events.get("update_sent", ()) if begin < e.at_us and (end is None or e.at_us <= end)),
        ]
        outcomes = []
        for index, point in enumerate(points):
            limit = self.calendar.add_business_days_at_us(self.calendar.next_open_us(point), 5)
            if index + 1 < len(points):
                outcomes.append(P if points[index + 1] <= limit else F)
            elif end is None and as_of <= limit:
                outcomes.append(W)
            elif end is None or end > limit:
                outcomes.append(F if "update_sent" in record.complete_for else U)
        return _rolled(outcomes)


def _answered(start: int, limit: int, told: list[int], ends: list[int], as_of: int) -> str:
    answers = [at for at in told if at >= start]
    over = [at for at in ends if at >= start]
    if over and min(over) <= limit and (not answers or min(over) < min(answers)):
        return N
    if answers:
        return P if min(answers) <= limit else F
    return W if as_of <= limit else F


def _rolled(outcomes: list[str]) -> str:
    return next((outcome for outcome in (F, W, U, P) if outcome in outcomes), N)


def _us(instant: Any) -> int:
    return round(instant.timestamp() * 1_000_000)
