"""Every table of the hub; importing this package knows them all."""

from sqlalchemy import BigInteger, Integer
from sqlmodel import SQLModel

from cioghub.stores.sql.tables import cases, log, people, told, uploads, workers

METADATA = SQLModel.metadata
__all__ = ["METADATA", "cases", "log", "people", "told", "uploads", "workers"]

# Seconds must outlast 2038. SQLite's whole numbers are wide; PostgreSQL has to be asked.
for _table in METADATA.tables.values():
    for _column in _table.columns:
        if isinstance(_column.type, Integer):
            _column.type = BigInteger().with_variant(Integer(), "sqlite")
