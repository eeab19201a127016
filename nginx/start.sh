#!/bin/sh
# Starts nginx with the public routes. What differs between places comes from the environment:
#   EXTERNAL_API CHAT_CONNECTOR TELEGRAM_BOT   processes behind it: host:port, several separated by spaces;
#                                              every address of a name is a peer, none = not used
#   HTTP_LISTEN HTTPS_LISTEN                   where to listen; defaults 8080 and 8443
#   TLS_CERTIFICATE TLS_CERTIFICATE_KEY        PEM files; both empty = plain HTTP, one empty = refused
#   NGINX_RUN                                  folder for the written files; default /tmp/nginx
# `start.sh render` only writes the files (then `nginx -s reload` takes them).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
run=${NGINX_RUN:-/tmp/nginx}
mkdir -p "$run"

upstream() {
  name=$1
  shift
  printf 'upstream %s {\n  zone %s 64k;\n  least_conn;\n' "$name" "$name"
  for peer in "$@"; do
    if [ "$peer" = none ]; then
      # A channel that is not used: its routes are answered 502.
      printf '  server 127.0.0.1:9 down;\n'
    else
      printf '  server %s max_fails=2 fail_timeout=5s;\n' "$peer"
    fi
  done
  # Closed here before Node closes them (5 s), so that no request meets a connection that is going away.
  printf '  keepalive 64;\n  keepalive_timeout 4s;\n}\n'
}

# Lists are split at spaces on purpose.
# shellcheck disable=SC2086
{
  upstream external_api ${EXTERNAL_API:-external-api:3000}
  upstream chat_connector ${CHAT_CONNECTOR:-chat-connector:3000}
  upstream telegram_bot ${TELEGRAM_BOT:-telegram-bot:3000}
} >"$run/upstreams.conf"

http=${HTTP_LISTEN:-8080}
https=${HTTPS_LISTEN:-8443}
certificate=${TLS_CERTIFICATE:-}
key=${TLS_CERTIFICATE_KEY:-}
if [ -n "$certificate" ] && [ -n "$key" ]; then
  cat >"$run/listen.conf" <<TLS
listen $https ssl;
ssl_certificate $certificate;
ssl_certificate_key $key;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_session_cache shared:tls:10m;
ssl_session_timeout 1d;
ssl_session_tickets off;
add_header Strict-Transport-Security "max-age=31536000" always;
TLS
  cat >"$run/redirect.conf" <<REDIRECT
server {
  listen $http;
  return 308 https://\$host\$request_uri;
}
REDIRECT
elif [ -z "$certificate$key" ]; then
  printf 'listen %s;\n' "$http" >"$run/listen.conf"
  printf '# plain HTTP: no redirect\n' >"$run/redirect.conf"
else
  echo "set both TLS_CERTIFICATE and TLS_CERTIFICATE_KEY, or neither" >&2
  exit 1
fi
cp "$here/nginx.conf" "$run/nginx.conf"

[ "${1:-}" = render ] || exec nginx -p "$run" -c "$run/nginx.conf" -g 'daemon off;'
