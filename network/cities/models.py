"""What a city is as a place."""

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class City(Base):
    """The profile of a city organisation.

    ``population`` is the figure that rates use: that of the latest year in ``CityPopulation``.
    ``time_zone`` is where new incidents get their day from; the day of a recorded one stays.
    """

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
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}


class CityPopulation(Base):
    """One figure of a city's population; one for each year, and one whose year is not known."""

    __tablename__ = "city_population"
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.city_id"), primary_key=True)
    population_id: Mapped[NewId]
    year: Mapped[int | None]
    population: Mapped[int]
    source: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    recorded_by: Mapped[uuid.UUID | None]
