#!/bin/sh
# Makes the secrets of the Compose file and of Kubernetes, each a file of ./secrets; those that are there stay.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

make() {
  [ -e "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
}
random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

for name in database-password grafana-password influx-password influx-token internal-key receive-token; do
  make "$name" "$(random)"
done
make database-url "postgres://slicecast:$(cat secrets/database-password)@postgres:5432/slicecast"
# The folder is its owner's alone; containers see single files, as users of their own.
chmod 444 secrets/*
