"""Every string has its words in every language, with the same placeholders."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from network.kernel.locale import LOCALES
from tests.conftest import ROOT

KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_text": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
Words = str | tuple[str, ...]


def forms(words: Words) -> tuple[str, ...]:
    """The singular and the plural of a counted string; any other string alone."""
    return words if isinstance(words, tuple) else (words,)


def strings() -> set[Words]:
    found = extract_from_dir(
        ROOT / "network", [("**.py", "python"), ("**/templates/**.html", "jinja2")],
        options_map={}, keywords=KEYWORDS,
    )  # fmt: skip
    return {message for _file, _line, message, _comments, _context in found}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_string_is_untranslated(locale: str) -> None:
    path = ROOT / f"network/translations/{locale}/LC_MESSAGES/messages.po"
    catalogue: Catalog = read_po(path.open("rb"), locale=locale)
    words: dict[Words, Words] = {m.id: m.string for m in catalogue if m.id and not m.fuzzy}
    assert {text for text in strings() if not all(forms(words.get(text, "")))} == set()
    for text, translation in words.items():
        for before, after in zip(forms(text), forms(translation), strict=True):
            assert sorted(PLACEHOLDER.findall(before)) == sorted(PLACEHOLDER.findall(after)), text


def test_the_page_speaks_the_language_that_was_chosen(app: Flask) -> None:
    french = app.test_client().get("/sign-in", headers={"Accept-Language": "fr-CA,fr;q=0.9"}).text
    assert '<html lang="fr"' in french
    assert "Mot de passe oublié" in french
    client = app.test_client()
    client.set_cookie("locale", "fr")
    wrong = client.get("/does-not-exist", headers={"Accept-Language": "en"}).text
    assert "Introuvable" in wrong
