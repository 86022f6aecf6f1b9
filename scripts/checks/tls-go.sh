#!/bin/sh
# Holds src/tls against Go's own TLS, the one that reflowlets, bootstraps and Reflow's driver are built with:
# Go clients against our server, our client against Go servers. Needs Go; without it the check is skipped.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v go >/dev/null 2>&1; then
  echo "skipped: go is not installed"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/peer" scripts/checks/tls-go/main.go
node_modules/.bin/esbuild scripts/checks/tls-go/node-side.ts --bundle --platform=node --format=esm --splitting \
  --main-fields=module,main --log-level=warning --outdir="$work" --out-extension:.js=.mjs
node "$work/node-side.mjs" "$work/peer" "$work"
