"""Every table of the hub; importing this package knows them all."""

from sqlmodel import SQLModel

from cioghub.stores.sql.tables import cases, log, people, told, uploads

METADATA = SQLModel.metadata
__all__ = ["METADATA", "cases", "log", "people", "told", "uploads"]
