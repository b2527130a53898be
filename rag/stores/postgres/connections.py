"""The connections of one store: a pool for reading, one that holds the writer's lock; their errors explained."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import psycopg
from pgvector.psycopg import register_vector
from psycopg import errors
from psycopg_pool import ConnectionPool, PoolClosed

from rag.errors import IndexLocked, IndexMissing, StoreError
from rag.status import WriteRun
from rag.stores.errors import damaged
from rag.stores.postgres import schema
from rag.stores.postgres.rows import TermsDumper, Unsound
from rag.stores.postgres.schema import Db

Result = TypeVar("Result")

PAUSE = 0.1
"""Seconds between two tries."""

READERS = 8
"""Connections that one store opens at most to read with."""

PASSING = ("08", "40", "57P", "HV00N", "53300", "25006")
"""How the SQLSTATE begins of what may pass by itself: connections lost, deadlocks, restarts, a shard that is away, a
standby that is not yet promoted."""


class Connections:
    """What a store reads and writes through; safe to share between threads."""

    def __init__(self, url: str, name: str, patience: float) -> None:
        self._url, self._name, self._patience = url, name, patience
        self._own = threading.local()
        self._pool: ConnectionPool[Db] = ConnectionPool(
            url, kwargs=OPTIONS, min_size=0, max_size=READERS, open=False, configure=configure, timeout=patience,
            check=ConnectionPool.check_connection,
        )  # fmt: skip

    def open(self, create: bool) -> None:
        """See that the server is there and has the tables.

        Raises:
            StoreError: see ``schema.prepare``; or the server cannot be reached.
        """
        with explained(self._name), psycopg.connect(self._url, **OPTIONS) as db:
            schema.prepare(db, create, self._name)
        self._pool.open()

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()

    @contextmanager
    def reading(self) -> Iterator[Db]:
        """This thread's own connection in a snapshot or a round of writing, else one of the pool."""
        with explained(self._name), self._connection() as db:
            yield db

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, this thread reads everything as it stands now."""
        if getattr(self._own, "snapshot", False):
            yield
            return
        with self.reading() as db:
            before, self._own.db, self._own.snapshot = self._mine(), db, True
            try:
                db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield
            finally:
                self._own.db, self._own.snapshot = before, False
                if not db.closed:
                    db.execute("ROLLBACK")

    def write(self, work: Callable[[Db], Result]) -> Result:
        """Do some work in one transaction, again where it failed for what may pass, for ``patience`` seconds.

        ``work`` may be done twice, so it gives what was asked for whether or not it was done before.
        """
        with explained(self._name):
            end = time.monotonic() + self._patience
            while True:
                try:
                    with self._connection() as db, db.transaction():
                        db.execute("SELECT pg_advisory_xact_lock(%s, %s)", (schema.LOCKS, schema.CHANGE))
                        return work(db)
                except psycopg.Error as error:
                    if not may_pass(error) or time.monotonic() > end:
                        raise
                time.sleep(PAUSE)

    @contextmanager
    def only_writer(self, command: str) -> Iterator[WriteRun]:
        """Hold the writer's lock, on the connection that this thread then writes through; yields what to say of us.

        Raises:
            IndexLocked: another holds it for longer than ``patience`` seconds.
        """
        run = WriteRun(
            f"{command} (on {platform.node()})", os.getpid(), datetime.now(UTC).isoformat(timespec="seconds")
        )
        with explained(self._name):
            self._own.db = self._locked()
        try:
            yield run
        finally:
            own, self._own.db = self._own.db, None
            with suppress(psycopg.Error):  # a connection that was lost has no lock
                own.execute("SELECT pg_advisory_unlock(%s, %s)", (schema.LOCKS, schema.WRITER))
            own.close()

    def held(self) -> bool:
        """Whether someone holds the writer's lock."""
        sql = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %s"
            " AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        with self.reading() as db:
            return db.execute(sql, (schema.LOCKS, schema.WRITER)).fetchone() != (0,)

    def _mine(self) -> Db | None:
        """This thread's own connection; where that of a round of writing was lost, a new one that has the lock."""
        own: Db | None = getattr(self._own, "db", None)
        if own and own.closed and not getattr(self._own, "snapshot", False):
            own = self._own.db = self._locked()
        return own

    @contextmanager
    def _connection(self) -> Iterator[Db]:
        own = self._mine()
        if own:
            yield own
        else:
            with self._pool.connection() as db:
                yield db

    def _locked(self) -> Db:
        db = psycopg.connect(self._url, **OPTIONS)
        try:
            configure(db)
            end = time.monotonic() + self._patience
            while not _try_lock(db):
                if time.monotonic() > end:
                    raise IndexLocked(
                        f"{self._name} is being written by {_who(db)}.",
                        "wait for it, then try again; asking works meanwhile",
                    )
                time.sleep(PAUSE)
        except BaseException:
            db.close()
            raise
        return db


OPTIONS: dict[str, Any] = {"autocommit": True, "prepare_threshold": None, "connect_timeout": 10}
"""Nothing is prepared: a plan for all questions would pass over the vector index."""


def configure(db: Db) -> None:
    """Make a connection ready for the tables and types of the index."""
    schema.use(db)
    register_vector(db)
    db.adapters.register_dumper("rag.stores.postgres.rows.Terms", TermsDumper)


def may_pass(error: psycopg.Error) -> bool:
    """Whether the same may well work a little later."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith(PASSING)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what the driver raises into our errors."""
    try:
        yield
    except Unsound as error:
        raise damaged(name, error) from error
    except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
        raise IndexMissing(f"There is no index in {name}.", f"python -m rag index --store {name} PATH") from error
    except errors.InsufficientPrivilege as error:
        raise StoreError(f"{name}: {_first(error)}.", f"GRANT what is missing on schema {schema.SCHEMA}") from error
    except PoolClosed as error:
        raise StoreError(f"{name} cannot be used: it was closed.", "open it again") from error
    except (errors.DataCorrupted, errors.IndexCorrupted) as error:
        raise damaged(name, _first(error)) from error
    except psycopg.Error as error:
        hint = "see that the server runs, and that the URL is right" if may_pass(error) else "see the server's log"
        raise StoreError(f"{name} cannot be used: {_first(error)}.", hint) from error


def _first(error: psycopg.Error) -> str:
    """The first line of a message; a timed-out pool says what its last try met only in its log."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")


def _try_lock(db: Db) -> bool:
    row = db.execute("SELECT pg_try_advisory_lock(%s, %s)", (schema.LOCKS, schema.WRITER)).fetchone()
    return row == (True,)


def _who(db: Db) -> str:
    row = db.execute(
        "SELECT value::json ->> 'command', value::json ->> 'pid', value::json ->> 'since' FROM meta WHERE key = 'run'"
    ).fetchone()
    return f"{row[0]!r}, pid {row[1]}, since {row[2]}" if row else "another process"
