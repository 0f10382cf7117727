"""Databases in a file: a table or the rows of a query, of SQLite and of DuckDB. Both are opened for reading only."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from ...callers import give
from ...formulas.catalogue import nearest, register
from . import magic
from .extras import require
from .formats import Block, TableFormat, row_count
from .headers import each_its_own
from .object_rows import ObjectRows
from .reading import Reading
from .refusal import Refusal
from .sources import Source, said_by

ROWS_AT_ONCE = 8192


@register
class SQLite(TableFormat):
    """A table or a query of an SQLite database."""

    name = "sqlite"
    other_names = ("sqlite3",)
    source = "SQLite, Database File Format"
    suffixes = (".sqlite", ".sqlite3", ".db", ".db3")
    options = ("text", "table", "query")

    def recognises(self, source: Source) -> bool:
        return magic.kind_of(source.head) == magic.SQLITE

    def open(self, source: Source, how: Reading) -> DatabaseRows:
        return SQLiteRows(source, how)


@register
class DuckDB(TableFormat):
    """A table or a query of a DuckDB database."""

    name = "duckdb"
    source = "DuckDB, Storage Versions and Format"
    suffixes = (".duckdb", ".ddb")
    options = ("text", "table", "query")

    def recognises(self, source: Source) -> bool:
        return magic.kind_of(source.head) == magic.DUCKDB

    def open(self, source: Source, how: Reading) -> DatabaseRows:
        return DuckDBRows(source, how)


class DatabaseRows(ObjectRows):
    """The rows of a table or a query."""

    def __init__(self, source: Source, how: Reading) -> None:
        super().__init__(source)
        if source.packed is not None or source.held is not None:
            raise ValueError(f"{source.name} is a database, which is read from a file that is not compressed")
        self._how, self.as_text = how, how.text
        with self._connection() as connection:
            self._query = how.query or f"SELECT * FROM {_quoted(self._table_of(connection))}"
            self.names = each_its_own(self._columns(connection))

    @abstractmethod
    def _connect(self) -> Any:
        """A connection that cannot write."""

    @abstractmethod
    def _tables(self, connection: Any) -> list[str]:
        """The names of the database's tables."""

    @property
    @abstractmethod
    def _errors(self) -> type[Exception]:
        """What the library raises."""

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection; what the library finds wrong is a ValueError."""
        connection = None
        try:
            connection = self._connect()
            yield connection
        except (OverflowError, MemoryError, UnicodeError, self._errors) as error:
            what = "the query failed" if self._how.query else "it is damaged"
            raise ValueError(f"{self.source.name}: {what}: {said_by(error)}") from None
        finally:
            if connection is not None:
                connection.close()

    def _table_of(self, connection: Any) -> str:
        names = self._tables(connection)
        wanted = self._how.table
        if wanted is not None and wanted not in names:
            raise ValueError(f"{self.source.name} has no table {wanted!r}{nearest(wanted, names)}")
        if wanted is None and len(names) != 1:
            some = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
            there = f"{len(names)} tables: {some}" if names else "no table"
            raise Refusal(
                f"{self.source.name} has {there}; give one with {give('--table')}, or rows with {give('--query')}",
                [f"--table={name}" for name in names[:1]],
            )
        return names[0] if wanted is None else wanted

    def _columns(self, connection: Any) -> list[str]:
        described = connection.execute(self._query).description
        if not described:
            raise ValueError(f"{self.source.name}: the query gives no rows: {self._query}")
        return [each[0] for each in described]

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        begin = 0
        with self._connection() as connection:
            cursor = connection.execute(self._query)
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield Block([list(map(_cell, cells)) for cells in zip(*rows, strict=True)], row_count(begin, len(rows)))
                begin += len(rows)


class SQLiteRows(DatabaseRows):
    """SQLite, by Python's own library. Cells have types, columns need not have one."""

    def _connect(self) -> Any:
        import sqlite3

        path = self.source.path.resolve().as_uri()
        connection = sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.text_factory = lambda content: content.decode(errors="replace")
        return connection

    def _tables(self, connection: Any) -> list[str]:
        found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return [name for (name,) in found.fetchall()]

    @property
    def _errors(self) -> type[Exception]:
        import sqlite3

        return sqlite3.Error


class DuckDBRows(DatabaseRows):
    """DuckDB, by its own library, which may read no other file and load no extension."""

    def _connect(self) -> Any:
        duckdb = require("duckdb", "data", f"to read {self.source.name}")
        settings = {"enable_external_access": "false", "autoload_known_extensions": "false"}
        return duckdb.connect(str(self.source.path), read_only=True, config=settings)

    def _tables(self, connection: Any) -> list[str]:
        found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal")
        return [name for (name,) in found.fetchall()]

    @property
    def _errors(self) -> type[Exception]:
        found: type[Exception] = require("duckdb", "data", f"to read {self.source.name}").Error
        return found


def _cell(value: Any) -> Any:
    """A value as a cell: bytes, and what is nested, as a text."""
    return str(value) if isinstance(value, bytes | list | dict | tuple) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
