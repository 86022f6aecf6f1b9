#!/usr/bin/env bash
# Runs an allocate on a real (pseudo) terminal: the spinner must move, and must not get into its own way.
# Needs script(1) of util-linux; says so where it is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v script >/dev/null || ! command -v timeout >/dev/null; then
  echo "terminal.sh: skipped: script(1) or timeout(1) is not installed"
  exit 0
fi
[ -f dist/cli.js ] || npm run --silent build
home=$(mktemp -d)
env=(env -u CI -u NO_COLOR "HOME=$home" "XDG_STATE_HOME=$home/state" TERM=xterm-256color)
trap '"${env[@]}" node bin/reflow-ec2.js sandbox stop >/dev/null 2>&1 || true; rm -rf "$home"' EXIT
allocate="node bin/reflow-ec2.js --sandbox allocate --cpu 1 --mem 1GiB --type c6a.large"
# A terminal that does not know its width once sent the spinner into an endless loop.
if ! "${env[@]}" timeout 60 script -qefc "stty cols 0 rows 0; $allocate" "$home/typescript" </dev/null >/dev/null; then
  echo "terminal.sh: failed: the command did not end on a terminal without a width"
  exit 1
fi
if ! "${env[@]}" timeout 60 script -qefc "stty cols 100 rows 30; $allocate --cluster other" "$home/typescript" </dev/null >/dev/null; then
  echo "terminal.sh: failed: the command did not end well on a terminal"
  tail -c 2000 "$home/typescript"
  exit 1
fi
for text in "waiting for the bootstrap" "resources" "⠋"; do
  if ! grep -qF "$text" "$home/typescript"; then
    echo "terminal.sh: failed: \"$text\" was not seen on the terminal"
    exit 1
  fi
done
echo "terminal.sh: passed"
