"""Code lists of an activation. The same values stand in the database's constraints."""

from network.kernel.locale import lazy_text as _l

ENTRIES = {
    "note": _l("Note"),
    "decision": _l("Decision"),
    "task": _l("Task"),
    "hand_over": _l("Hand-over"),
    "situation": _l("Situation"),
    "correction": _l("Correction"),
    "begin": _l("Beginning"),
    "end": _l("End"),
}
WRITTEN = {"note": ENTRIES["note"], "decision": ENTRIES["decision"]}
"""What somebody writes; the rest is written by what is done."""
ENTRY_TONE = {"decision": "strong", "correction": "warn", "begin": "good", "end": "good"}
