"""The one database handle. Tables, constraints and policies are made by the migrations alone."""

import uuid
from typing import Annotated

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import FetchedValue, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """Base of every model. Ids are UUIDv7 made by the database function ``new_id()``."""


db = SQLAlchemy(model_class=Base)

NewId = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, server_default=FetchedValue())]
