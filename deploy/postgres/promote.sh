#!/bin/sh
# Makes the standby of a shard its primary, when the old one is gone for certain: promote.sh DATA
set -eu
pg_ctl promote --pgdata="$1"
