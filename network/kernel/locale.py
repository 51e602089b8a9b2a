"""Words and their language, for layers that know no web framework."""

from babel import Locale
from flask_babel import force_locale as speaking
from flask_babel import get_locale
from flask_babel import gettext as text
from flask_babel import lazy_gettext as lazy_text

LOCALES = {"en": "English", "fr": "Français"}


def locale_name() -> str:
    """The language in which texts come out now, as "en" or "fr"; English outside of any request."""
    return str(get_locale() or "en")


def reader_locale() -> Locale:
    """The language of whoever reads the answer; English for jobs and commands."""
    return get_locale() or Locale("en")


__all__ = ["LOCALES", "lazy_text", "locale_name", "reader_locale", "speaking", "text"]
