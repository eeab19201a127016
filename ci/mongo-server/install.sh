#!/bin/sh
# Fetches and compiles the test server of the MongoDB protocol once and keeps it. Needs a JDK and Maven.
# libs/testing/src/mongo-server.ts starts it from the same folder.
set -eu
cd "$(dirname "$0")"
root=${WEWALL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/wewall}
folder=$root/mongo-server-$(cat pom.xml MongoServerMain.java | cksum | cut -d' ' -f1)
if [ ! -d "$folder" ]; then
  # Aside and renamed: two installations at once, or one cut off, end with a whole folder.
  work=$folder.$$
  mkdir -p "$work/lib"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/lib" >&2
  javac -cp "$work/lib/*" -d "$work" MongoServerMain.java
  mv "$work" "$folder" 2>/dev/null || rm -rf "$work"
fi
ln -sfn "$folder" "$root/mongo-server"
echo "$root/mongo-server"
