"""What a reader should look at before a text leaves the city: personal data and missing parts.

Advice, never a barrier: a person decides. Each finding names the field and the words it is about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from network.kernel.locale import text as _
from network.practices.drafting.schemas import TEXTS


@dataclass(frozen=True)
class Advice:
    """One finding: in which field, of which kind (personal or missing), what to do, about which words."""

    field: str
    kind: str
    message: str
    passage: str = ""


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/.-])(?:\+\d[\d\s().-]{6,}\d|\(?0\d[\d\s()./-]{6,}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4})(?![\w])")
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,?\s+(?:(?:rue|avenue|boulevard|place|chemin|allée|quai)\s+[\w'’-]+(?:\s+[\w'’-]+){0,3}"
    r"|[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2}\s+(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Boulevard|Blvd)\b)"
    r"|\b(?:[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|weg|platz|gasse|straat|gade|vej|gatan|vägen)"
    r"|(?:Calle|Carrer|Avenida|Plaza|Via|Rua|Ulica|ul\.)\s+[\w'’-]+(?:\s+[\w'’-]+){0,3}?,?)\s+\d{1,4}\b",
    re.UNICODE,
)
_PERSON = (
    r"(?:people|persons?|men|man|women|woman|boys?|girls?|child(?:ren)?|pupils?|students?|victims?|famil(?:y|ies)|youths?"
    r"|teenagers?|participants?|clients?|patients?|suspects?|residents?|survivors?"
    r"|personnes?|hommes?|femmes?|garçons?|filles?|enfants?|élèves?|victimes?|familles?|jeunes?|habitants?"
    r"|personas?|hombres?|mujeres?|niñ[oa]s?|chic[oa]s?|alumn[oa]s?|víctimas?|familias?|jóvenes)"
)
_FEW = (
    r"(?:one|two|three|four|[1-4]|une?|deux|trois|quatre|una?|dos|tres|cuatro)"
)
_SMALL = re.compile(rf"(?<![\d.,:%-])\b{_FEW}\s+(?:\w+\s+)?{_PERSON}\b", re.IGNORECASE)
# "one" and its like are too common in phrases that count nobody: "one person at a time".
_NOBODY = re.compile(r"^(?:one|une?|una?|1)\s+(?:person|personne|persona|man|woman|people|personnes)\b", re.IGNORECASE)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Imam|Rabbi|Father|Pastor|Sister|Brother|Sheikh|Officer|Inspector|Mme|M\.|Mlle|Maître"
    r"|Monsieur|Madame|Herr|Frau|Señor|Señora|Sr|Sra|Don|Doña)\.?\s+[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?"
)
_FIRST_NAMES = frozenset(
    """Aaron Abdul Abdullah Adam Ahmed Aisha Alan Alex Alexander Ali Alice Amal Amina Amir Ana Andrew Anna Anne Antonio
    Aram Ayşe Barbara Ben Benjamin Brian Carlos Carmen Charles Chris Christine Christopher Clara Claire Daniel David
    Deborah Elena Elizabeth Emily Emma Eric Erik Eva Fatima Fatou Francesca François Frank George Giulia Grace Hannah
    Hans Hassan Helen Hussein Ibrahim Ines Isabel Jakob James Jan Jane Jean Jennifer Jessica Jim John José Joseph Juan
    Julia Karen Karim Katarzyna Khalid Khadija Kofi Lars Laura Layla Leila Linda Lisa Louis Lucas Lucia Luis Magdalena
    Marco Margaret Maria María Marie Mark Martin Mary Matthew Michael Michel Miriam Mohamed Mohammed Muhammad Mustafa
    Nadia Nancy Nicolas Nina Noah Nora Olga Oliver Omar Pablo Patricia Paul Paula Pedro Peter Philip Pierre Rachel Rahel
    Richard Robert Rosa Ruth Said Samira Samuel Sara Sarah Sofia Sophie Stephen Steven Susan Thomas Tim Tom Ursula Victor
    William Yasmin Youssef Yusuf Zainab Zoe""".split()
)
# The second word is only looked at, so that "Thank Fatima Rahman" is found too.
_NAME = re.compile(r"\b([A-ZÀ-Þ][\w'’-]+)(?=\s+([A-ZÀ-Þ][\w'’-]+)\b)")
# "James Street" or "Maria House" is a place, and saints and prizes are no private people.
_NO_SURNAME = frozenset(
    """Street Road Avenue Square House School College University Hospital Church Mosque Synagogue Temple Centre Center
    Park Foundation Trust Fund Institute Day Award Prize Programme Program Project Plan Act Law Court""".split()
)


def _personal(field: str, text: str) -> Iterator[Advice]:
    def found(pattern: re.Pattern[str], message: str) -> Iterator[Advice]:
        for match in pattern.finditer(text):
            yield Advice(field, "personal", message, match[0].strip())

    yield from found(_EMAIL, _("An e-mail address: leave it out, questions reach you through the library."))
    yield from found(_PHONE, _("This looks like a phone number: leave it out."))
    yield from found(_STREET, _("This looks like an address: name the district instead."))
    for match in _SMALL.finditer(text):
        if not _NOBODY.match(match[0]):
            yield Advice(field, "personal", _("A count so small can point to single people: give a range or leave it out."),
                         match[0])  # fmt: skip
    seen = set()
    for match in _TITLED.finditer(text):
        seen.add(match.span())
        yield Advice(field, "personal", _("This looks like the name of a person: name the function instead."), match[0])
    for match in _NAME.finditer(text):
        is_within = any(start <= match.start() < end for start, end in seen)
        if match[1] in _FIRST_NAMES and match[2] not in _NO_SURNAME and not is_within:
            yield Advice(field, "personal", _("This looks like the name of a person: name the function instead."),
                         f"{match[1]} {match[2]}")  # fmt: skip


def _missing(content: dict[str, Any]) -> Iterator[Advice]:
    questions = {
        "summary": _("Say in two or three sentences what another city should know first."),
        "problem": _("Say what was wrong before."),
        "approach": _("Say what was done, step by step."),
        "results": _("Say what came of it, also what did not work."),
        "evidence_reason": _("Say why the evidence has this rating."),
        "obstacles": _("Say what stood in the way: others will meet it too."),
        "advice": _("Say what you would tell a city that begins."),
        "transfer": _("Say what has to be there so that it works elsewhere."),
        "target_groups": _("Say for whom it is."),
        "partners": _("Say with whom it was done."),
        "themes": _("Choose at least one theme, otherwise nobody finds it."),
        "prevention_levels": _("Choose a level of prevention."),
        "steps": _("Choose the steps of the ten that it belongs to."),
        "started": _("Say in which year it began."),
        "sources": _("Name at least one source, even if it is your own report."),
    }  # fmt: skip
    for name, question in questions.items():
        if not content.get(name):
            yield Advice(name, "missing", question)
    if content.get("cost_band", "unknown") == "unknown":
        yield Advice("cost_band", "missing", _("Say roughly what it costs: cities ask this first."))
    if content.get("evidence_rating", 0) >= 3 and not any(source.get("url") for source in content.get("sources", [])):
        yield Advice("sources", "missing", _("So high a rating needs a source that others can open."))
    for name in ("problem", "approach", "results"):
        if 0 < len(str(content.get(name, ""))) < 120:
            yield Advice(name, "missing", _("This is very short: would a stranger understand it?"))


def check_text(content: dict[str, Any]) -> list[Advice]:
    """Every finding about a text, personal data first, in the order of the form."""
    found: list[Advice] = list(_personal("title", str(content.get("title", ""))))
    for name in TEXTS:
        found += _personal(name, str(content.get(name, "")))
    for name in ("partners", "target_groups"):
        for line in content.get(name, []):
            found += [advice for advice in _personal(name, line) if "@" in advice.passage or advice.passage[:1] in "+0("]
    return found + list(_missing(content))
