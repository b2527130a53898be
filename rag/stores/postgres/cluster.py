"""One index over several servers: a coordinator whose partitions of the chunks are foreign tables on shards.

``python -m rag.stores.postgres.cluster lay-out COORDINATOR SHARD…`` once, ``… index COORDINATOR SHARD…`` after loading;
``… upgrade COORDINATOR SHARD…`` where a later version asks for it.
Each is a URL; that of a shard names its primary and its standby: ``postgresql://user@host1:5432,host2:5432/database``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from rag.errors import RagError, StoreError
from rag.stores import name_of
from rag.stores.postgres import maintenance, reading, schema
from rag.stores.postgres.connections import OPTIONS, explained
from rag.stores.postgres.schema import Db

SERVER = {
    "target_session_attrs": "read-write",
    "extensions": "vector",
    "fetch_size": "20",
    "batch_size": "200",
    "async_capable": "true",
}
"""Options of a foreign server: the one of its hosts that may be written, distances computed there, few rows at a time,
so that no more of a sorted scan is made than is taken."""

SEARCH = {"hnsw.iterative_scan": "strict_order", "hnsw.ef_search": str(reading.SEARCHED)}
"""What a coordinator cannot set for each question on a shard, it sets once."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the steps; returns the exit code."""
    parser = argparse.ArgumentParser(
        "rag.stores.postgres.cluster", description="An index over several PostgreSQL servers."
    )
    parser.add_argument(
        "step", choices=tuple(STEPS), help="make an empty cluster; index it after loading; bring its tables up to date"
    )
    parser.add_argument("coordinator", metavar="COORDINATOR", help="what --store names afterwards")
    parser.add_argument("shards", nargs="+", metavar="SHARD", help="primary and standby in one URL; their order counts")
    given = parser.parse_args(arguments)
    try:
        STEPS[given.step](given.coordinator, given.shards)
    except RagError as error:
        print(f"error: {error}\n  try: {error.hint}", file=sys.stderr)
        return 2
    return 0


def lay_out(coordinator: str, shards: Sequence[str]) -> None:
    """Make an empty index whose chunks will be stored on the shards, by the hash of their document.

    Raises:
        StoreError: a server cannot be reached or lacks an extension, or the index holds chunks already.
    """
    with _connected(coordinator) as db:
        schema.prepare(db, create=True, name=name_of(coordinator))
        schema.use(db)
        if reading.count(db):
            raise StoreError(
                f"{name_of(coordinator)} holds chunks already.",
                "python -m rag backup FILE, DROP SCHEMA yinju CASCADE, lay out, python -m rag restore FILE",
            )
    for number, shard in enumerate(shards):
        with _connected(shard) as db, db.transaction():
            _make_shard(db, number)
    with _connected(coordinator) as db, db.transaction():
        schema.use(db)
        db.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        for table, elsewhere in schema.partitions(db):
            db.execute(f"DROP {'FOREIGN ' if elsewhere else ''}TABLE {table}")
        for number, shard in enumerate(shards):
            _attach(db, number, len(shards), conninfo_to_dict(shard))


def index(coordinator: str, shards: Sequence[str]) -> None:
    """Give every shard its vector index, and all planners their figures; searched without, a cluster is only slow.

    Raises:
        StoreError: a server cannot be reached, or the index is empty.
    """
    with _connected(coordinator) as db:
        schema.use(db)
        dim = int(reading.meta(db).get("dim", 0))
    if not dim:
        raise StoreError(f"{name_of(coordinator)} is empty.", "python -m rag index --store URL PATH first")
    for number, shard in enumerate(shards):
        with _connected(shard) as db:
            schema.use(db)
            db.execute(schema.vector_index(f"chunks_{number}", dim))
            db.execute(f"ANALYZE chunks_{number}")
    with _connected(coordinator) as db:
        schema.use(db)
        maintenance.analyze(db)


def upgrade(coordinator: str, shards: Sequence[str]) -> None:
    """Bring the tables of a cluster that an earlier version laid out up to date: the shards first.

    Raises:
        StoreError: a server cannot be reached.
        IndexMissing: there is no index.
    """
    for number, shard in enumerate(shards):
        with _connected(shard) as db, db.transaction():
            schema.use(db)
            for column in schema.CHUNK_COLUMNS_SINCE:
                db.execute(f"ALTER TABLE chunks_{number} ADD COLUMN IF NOT EXISTS {column}")
    with _connected(coordinator) as db:
        schema.prepare(db, create=False, name=name_of(coordinator), shards=True)


STEPS = {"lay-out": lay_out, "index": index, "upgrade": upgrade}


def _make_shard(db: Db, number: int) -> None:
    """The tables of one shard."""
    db.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema.SCHEMA}")
    schema.use(db)
    db.execute(f"CREATE TABLE chunks_{number} {schema.CHUNKS.replace(schema.NUMBERED, '')}")
    for statement in schema.indexes(f"chunks_{number}"):
        db.execute(statement)
    db.execute("SELECT '[1]'::vector")  # so that the server knows the settings
    for name, value in SEARCH.items():
        account = sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET {} = {}")
        db.execute(account.format(sql.Identifier(db.info.dbname), sql.SQL(name), sql.Literal(value)))


def _attach(db: Db, number: int, modulus: int, shard: dict[str, Any]) -> None:
    """Make a shard known to the coordinator, and its table a partition."""
    server = sql.Identifier(f"yinju_{number}")
    where = {"host": shard["host"], "port": str(shard.get("port", 5432)), "dbname": shard.get("dbname", "postgres")}
    account = {"user": shard.get("user"), "password": shard.get("password")}
    db.execute(sql.SQL("DROP SERVER IF EXISTS {} CASCADE").format(server))
    db.execute(
        sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})").format(
            server, _options(where | SERVER)
        )
    )
    db.execute(sql.SQL("CREATE USER MAPPING FOR CURRENT_USER SERVER {} OPTIONS ({})").format(server, _options(account)))
    db.execute(
        sql.SQL(
            "CREATE FOREIGN TABLE {} PARTITION OF chunks FOR VALUES WITH (MODULUS {}, REMAINDER {}) SERVER {}"
            " OPTIONS (schema_name {})"
        ).format(
            sql.Identifier(f"chunks_{number}"),
            sql.Literal(modulus),
            sql.Literal(number),
            server,
            sql.Literal(schema.SCHEMA),
        )
    )


def _options(values: dict[str, Any]) -> sql.Composed:
    given = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(str(value)))
        for name, value in values.items()
        if value
    ]
    return sql.SQL(", ").join(given)


@contextmanager
def _connected(url: str) -> Iterator[Db]:
    """A connection to the one of a URL's hosts that may be written."""
    with explained(name_of(url)), psycopg.connect(url, target_session_attrs="read-write", **OPTIONS) as db:
        yield db


if __name__ == "__main__":
    sys.exit(main())
