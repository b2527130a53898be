#!/bin/sh
# Makes the data folder of a shard's standby from its running primary: standby.sh DATA URL-OF-PRIMARY
set -eu
pg_basebackup --pgdata="$1" --dbname="$2" --write-recovery-conf --checkpoint=fast --wal-method=stream
cat "$(dirname "$0")/standby.conf" >>"$1/postgresql.auto.conf"
