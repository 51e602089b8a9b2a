"""Names as people type them: compared without case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterable

_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŋ": "n", "þ": "th"}
"""Letters that Unicode does not take apart, as people write them on another keyboard."""
_APOSTROPHES = frozenset("'`´‘’ʹʻʼʽʾʿˈ′")


def _fold_letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return ""
    parts = unicodedata.normalize("NFKD", letter.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(_LETTERS.get(part, part if part.isalnum() else " ") for part in plain)


def fold_table(letters: Iterable[str], *, keep: str = "") -> dict[int, str]:
    """For ``str.translate``: what each letter folds to; those in ``keep`` stay as they are."""
    return {ord(letter): _fold_letter(letter) for letter in set(letters) - set(keep)}


def fold(name: str) -> str:
    """A name in lower case without accents; what is neither letter nor digit parts its words."""
    return re.sub(" +", " ", name.translate(fold_table(name))).strip()
