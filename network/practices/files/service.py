"""Adding pictures and documents to a practice, and taking them from it. Each is a new version of the text."""

import hashlib
import uuid
from typing import IO, Any

from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices.drafting.models import Practice
from network.practices.drafting.queries import get_draft, may_edit
from network.practices.drafting.service import show_files
from network.practices.files.models import PracticeFile
from network.practices.files.pictures import draw_anew
from network.practices.files.queries import count_files

MOST_BYTES = 10 << 20
MOST_SHOWN = 12
"""Files that one text shows."""
MOST_KEPT = 60
"""Files that are kept for one practice over all its versions."""


def list_shown(practice: Practice) -> list[dict[str, Any]]:
    """What the working text shows."""
    return list(practice.content.get("files", []))


def add_file(
    practice_id: uuid.UUID, words: dict[str, Any], *, file: IO[bytes], version: int, actor: Actor
) -> Practice:
    """Show a picture (PNG, JPEG, WebP) or a document (PDF) in the text that was read at ``version``.

    ``words`` from NewFileSchema. What a file is decides its content, not its name. Pictures are drawn anew.
    ValidationFailed for anything else, an empty or a too large file; Refused when there are too many or
    the text is not open; Conflict if it moved on.
    """
    practice = get_draft(practice_id, actor=actor)
    if not may_edit(practice, actor=actor):
        raise Refused(_("This text can't be changed now, or you are not one of its authors."))
    shown = list_shown(practice)
    if len(shown) >= MOST_SHOWN or count_files(practice.city_id, practice_id) >= MOST_KEPT:
        raise Refused(_("There are too many files already: take one away first."))
    assert actor.person_id is not None
    made = _read(file)
    made.city_id, made.practice_id, made.created_by = practice.city_id, practice_id, actor.person_id
    db.session.add(made)
    db.session.flush()
    entry = {
        "file_id": str(made.file_id), "kind": made.kind, "media_type": made.media_type, "byte_count": made.byte_count,
        "sha256": made.sha256.hex(), "width": made.width, "height": made.height,
    }  # fmt: skip
    entry |= {name: words[name] for name in ("alt", "caption", "credit", "licence")}
    return show_files(practice_id, [*shown, entry], version=version, actor=actor)


def _read(file: IO[bytes]) -> PracticeFile:
    content = file.read(MOST_BYTES + 1)
    if not content:
        raise ValidationFailed({"file": [_("Choose a file that is not empty.")]})
    if len(content) > MOST_BYTES:
        raise ValidationFailed({"file": [_("A file may have at most %(count)s MB.", count=MOST_BYTES >> 20)]})
    if content.startswith(b"%PDF-"):
        return PracticeFile(
            kind="document", media_type="application/pdf", byte_count=len(content), content=content,
            sha256=hashlib.sha256(content).digest(),
        )  # fmt: skip
    try:
        picture = draw_anew(content)
    except ValueError:
        raise ValidationFailed({"file": [_("Use a picture (PNG, JPEG or WebP, at most 40 megapixels) or a PDF.")]}) from None
    return PracticeFile(
        kind="picture", media_type=picture.media_type, byte_count=len(picture.content), content=picture.content,
        sha256=hashlib.sha256(picture.content).digest(), width=picture.width, height=picture.height,
    )  # fmt: skip


def find_shown(practice: Practice, file_id: uuid.UUID) -> dict[str, Any]:
    """What the working text says about a file; NotFound if it does not show it."""
    for entry in list_shown(practice):
        if entry["file_id"] == str(file_id):
            return entry
    raise NotFound("file")


def describe_file(
    practice_id: uuid.UUID, file_id: uuid.UUID, words: dict[str, Any], *, version: int, actor: Actor
) -> Practice:
    """Change the words that stand with a file. ``words`` from FileWordsSchema; errors as for add_file."""
    practice = get_draft(practice_id, actor=actor)
    changed = find_shown(practice, file_id) | words
    files = [changed if entry["file_id"] == str(file_id) else entry for entry in list_shown(practice)]
    return show_files(practice_id, files, version=version, actor=actor)


def remove_file(practice_id: uuid.UUID, file_id: uuid.UUID, *, version: int, actor: Actor) -> Practice:
    """Show a file no longer. Versions that showed it keep it; errors as for add_file."""
    practice = get_draft(practice_id, actor=actor)
    find_shown(practice, file_id)
    files = [entry for entry in list_shown(practice) if entry["file_id"] != str(file_id)]
    return show_files(practice_id, files, version=version, actor=actor)
