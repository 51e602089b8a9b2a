"""Text for files that people open in a spreadsheet."""


def harmless(value: object) -> str:
    """Text that a spreadsheet won't run as a formula."""
    text = str(value if value is not None else "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
