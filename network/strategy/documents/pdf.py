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
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        raise Refused(
            _("This server can't make a PDF: it lacks Pango (on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
              " libharfbuzz-subset0). Print the page to a PDF in your browser, or take the DOCX.")
        ) from None  # fmt: skip
    nothing = URLFetcher(allowed_protocols=())
    document = HTML(string=html, url_fetcher=nothing)
    style = CSS(string=STYLE.read_text(), url_fetcher=nothing)
    made: bytes = document.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return made


def file_name(title: str) -> str:
    """A name for the file of a strategy, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold().encode("ascii", "ignore").decode()).strip("-")
    return plain[:60] or "strategy"
