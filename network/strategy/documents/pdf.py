"""PDF by WeasyPrint, which needs libraries of the system that a server may lack."""

import re
from pathlib import Path

from network.kernel.errors import Refused
from network.kernel.locale import text as _

STYLE = Path(__file__).parents[1] / "data" / "document.css"


def make_pdf(html: str) -> bytes:
    """The PDF of a page; nothing is fetched for it. Refused, with what to install, where WeasyPrint
    can't start."""
    try:
        # It looks for Pango when it is imported, so the application starts without it.
        from weasyprint import CSS, HTML
    except (ImportError, OSError):
        raise Refused(
            _("This server can't make a PDF: it lacks Pango (on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
              " libharfbuzz-subset0). Print the page to a PDF in your browser, or take the DOCX.")
        ) from None  # fmt: skip
    document = HTML(string=html, url_fetcher=_fetch_nothing)
    made: bytes = document.write_pdf(stylesheets=[CSS(string=STYLE.read_text())], pdf_variant="pdf/ua-1")
    return made


def _fetch_nothing(url: str, *_arguments: object, **_options: object) -> dict[str, object]:
    raise ValueError(f"nothing is fetched for a document: {url}")


def file_name(title: str) -> str:
    """A name for the file of a strategy, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold().encode("ascii", "ignore").decode()).strip("-")
    return plain[:60] or "strategy"
