"""Countries by their code of ISO 3166-1, with names in the reader's language."""

from functools import lru_cache

import pycountry
from babel import Locale

from network.cities.names import fold
from network.kernel.locale import reader_locale

# Kosovo has no code in the standard; the one that GeoNames, CLDR and the European Union use is
# among those that the standard leaves to its users.
_BESIDE_THE_STANDARD = frozenset({"XK"})


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """The two-letter codes that an organisation can have."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | _BESIDE_THE_STANDARD


def name_country(code: str | None) -> str:
    """The name in the reader's language; the code itself where there is none, "" for None."""
    return _names(reader_locale()).get(code or "", code or "")


def country_choices() -> list[tuple[str, str]]:
    """Codes with names in the reader's language, in the order of the names, for a list to choose from."""
    return sorted(_names(reader_locale()).items(), key=lambda item: fold(item[1]))


def find_country(wanted: str) -> str | None:
    """The code of a country given by a two- or three-letter code or by name, in English or the
    reader's language; None for anything else."""
    code = wanted.strip().upper()
    if code in country_codes():
        return code
    by_code = pycountry.countries.get(alpha_3=code)
    if by_code is not None:
        return str(by_code.alpha_2)
    name = fold(wanted)
    for locale in (reader_locale(), Locale("en")):
        for found, label in _names(locale).items():
            if name and fold(label) == name:
                return found
    for country in pycountry.countries:
        if name and name in {fold(str(country.name)), fold(getattr(country, "official_name", ""))}:
            return str(country.alpha_2)
    return None


@lru_cache(maxsize=16)
def _names(locale: Locale) -> dict[str, str]:
    standard = {country.alpha_2: country.name for country in pycountry.countries}
    return {
        code: str(locale.territories.get(code) or standard.get(code, code)) for code in sorted(country_codes())
    }
