#!/bin/sh
# Builds SecantusDB, a server of the MongoDB protocol over WiredTiger (GPL-2.0: a tool of the tests, never shipped), once and keeps
# it where libs/testing/src/mongo-server.ts looks. Needs Rust, CMake and a C compiler, and six minutes of a processor: CI uses it
# where it is kept (`--kept` only asks) and does not build it.
set -eu
version=0.5.3-beta.193
root=${WEWALL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/wewall}
folder=$root/secantusdb-$version
if [ ! -x "$folder/bin/secantusd-rs" ]; then
  [ "${1:-}" != --kept ] || { echo "SecantusDB $version is not installed: sh ci/mongo-server/secantusdb.sh" >&2; exit 1; }
  # Aside and renamed: two installations at once, or one cut off, end with a whole folder.
  work=$folder.$$
  trap 'rm -rf "$work"' EXIT
  # The crate asks for a newer compiler than it needs: built and tested with Rust 1.95.
  cargo install secantus-mdb --version "$version" --locked --ignore-rust-version --quiet \
    --root "$work" --target-dir "$work/target" >&2
  rm -rf "$work/target"
  mv "$work" "$folder" 2>/dev/null || true
fi
ln -sfn "$folder" "$root/secantusdb"
echo "$root/secantusdb"
