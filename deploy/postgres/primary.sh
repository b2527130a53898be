#!/bin/sh
# Makes the data folder of a shard's primary: primary.sh DATA [OPTIONS OF INITDB]
set -eu
data=$1
shift
initdb --pgdata="$data" --username=yinju --encoding=UTF8 --locale=C --data-checksums "$@"
cat "$(dirname "$0")/primary.conf" >>"$data/postgresql.conf"
