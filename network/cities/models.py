"""What a city is as a place."""

import uuid

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class City(Base):
    """The profile of a city organisation; population feeds the rates."""

    __tablename__ = "city"
    city_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.organisation_id"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(server_default=FetchedValue())
    country: Mapped[str]
    population: Mapped[int]
    latitude: Mapped[float]
    longitude: Mapped[float]
    time_zone: Mapped[str]
    geoname_id: Mapped[int | None]
