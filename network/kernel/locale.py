"""Words and their language, for layers that know no web framework."""

from flask_babel import force_locale as speaking
from flask_babel import gettext as text
from flask_babel import lazy_gettext as lazy_text

LOCALES = {"en": "English", "fr": "Français"}

__all__ = ["LOCALES", "lazy_text", "speaking", "text"]
