#!/usr/bin/env bash
# Uploads a reflowlet of 100 MB to the sandbox through a proxy that cuts one connection in the middle of a part, and again
# after Ctrl-C: memory below 200 MB, progress told, parts sent again or gone on with, and nothing sent when it is there.
# Takes about a minute. Needs a build (npm run build).
set -euo pipefail
cd "$(dirname "$0")/../.."
exec node scripts/checks/upload.mjs
