"""A file as it is kept; what is said about it stands in the texts that show it."""

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class PracticeFile(Base):
    """One picture or document, never changed. The database keeps ``is_shared`` and ``published_as``:
    they follow the texts that were submitted and published."""

    __tablename__ = "practice_file"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    file_id: Mapped[NewId]
    practice_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int | None]
    height: Mapped[int | None]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    is_shared: Mapped[bool] = mapped_column(server_default=FetchedValue())
    published_as: Mapped[str] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"eager_defaults": False}
