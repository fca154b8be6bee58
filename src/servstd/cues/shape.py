"""What cue families and replies take, for editors: the keys of `parse_cues` and `parse_replies` with what they mean."""

from __future__ import annotations

from servstd.shape import ANY, FLAG, TEXT, Schema, closed, described, one_or_list

MEANINGS = {
    "brief": "What the family finds, in a few words.",
    "any": "Phrases that hit. `a|b` is one of the neighbours, `[a]` may be left out, `...` is up to four words.",
    "not": "Phrases that cancel a hit which they overlap.",
    "no_means_yes": "Phrases that hit, and to which a no in reply agrees: would you mind ...",
    "includes": "Other families whose phrases count as well.",
    "by": "Who says it: `agent` or `customer`.",
    "language": "The language of the phrases; left out: `en`.",
    "script": "`true`: each organisation brings its own words.",
    "policy": "`lean_only`: a hit is a hint for a reviewer and decides nothing by itself.",
}
REPLY_MEANINGS = {
    "brief": "What the phrases are for.",
    "neither": "Phrases that are neither a yes nor a no.",
    "refusal": "Phrases that refuse.",
    "agreement": "Phrases that agree.",
    "yes_words": "Bare words of assent; what they mean hangs on the question.",
    "no_words": "Bare words of refusal; what they mean hangs on the question.",
}


def family_shape() -> Schema:
    """One family of phrases."""
    takes: dict[str, Schema] = {
        **dict.fromkeys(("any", "not", "no_means_yes", "includes"), one_or_list(TEXT)),
        "by": {"enum": ["agent", "customer"]},
        "script": FLAG,
        "policy": {"enum": ["lean_only", None]},
    }
    return closed({key: described(takes.get(key, ANY), text) for key, text in MEANINGS.items()})


def replies_shape() -> Schema:
    """Phrases of replies."""
    phrases = one_or_list(TEXT)
    return closed({key: described(ANY if key == "brief" else phrases, text) for key, text in REPLY_MEANINGS.items()})
