"""Words and their language, for layers that know no web framework."""

from flask_babel import force_locale as speaking
from flask_babel import get_locale
from flask_babel import gettext as text
from flask_babel import lazy_gettext as lazy_text

LOCALES = {"en": "English", "fr": "Français"}


def locale_name() -> str:
    """The language in which texts come out now, as "en" or "fr"; English outside of any request."""
    return str(get_locale() or "en")


__all__ = ["LOCALES", "lazy_text", "locale_name", "speaking", "text"]
