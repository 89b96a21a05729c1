"""Many rows in one statement: what a group of events costs is mostly what its rows cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, any_, insert, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns; on PostgreSQL by COPY, in its binary form.

    Raises:
        DBAPIError: as any other statement does.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    columns = rows[0].keys()
    command = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    theirs: Any = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            # In this form the server converts nothing: what is given must be of the column's type.
            # Nor does a row that it refuses stand in its log.
            copy.set_types([_type_of(table.c[name], connection) for name in columns])
            for row in zip(*(map(itemgetter(name), rows) for name in columns), strict=True):
                copy.write_row(row)
    except theirs as error:
        # Who asks is to see one kind of error, however the rows went in.
        raise DBAPIError.instance(command, None, error, theirs) from error


def _type_of(column: Column[Any], connection: Connection) -> str:
    return column.type.compile(connection.dialect).lower()


def among(connection: Connection, column: Column[Any], values: Collection[Any]) -> Any:
    """Return that a column is one of some values; on PostgreSQL the same statement for any number.

    A statement that differs by the number of its values is parsed anew by everybody on its way.
    """
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    found: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return found
