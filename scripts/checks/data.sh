#!/usr/bin/env bash
# Is data/ what scripts/import-data.mjs makes of its source folder today? The folder is not part of the project:
# REFLOW_EC2_DATA_SOURCE names it. Without it there is nothing to compare with, and this says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
source=${REFLOW_EC2_DATA_SOURCE:-}
if [ -z "$source" ] || [ ! -d "$source" ]; then
  echo "data/ was NOT compared with its source: set REFLOW_EC2_DATA_SOURCE to the source data folder${source:+ ($source is none)}"
  exit 0
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
node scripts/import-data.mjs "$source" "$made"
if ! diff -r data "$made"; then
  echo "data/ differs from what scripts/import-data.mjs makes of $source: run npm run data -- $source" >&2
  exit 1
fi
echo "data/ is what scripts/import-data.mjs makes of $source"
