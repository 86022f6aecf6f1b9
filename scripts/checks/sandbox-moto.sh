#!/usr/bin/env bash
# Holds the sandbox's EC2 against moto, an emulator that we did not write: the unmodified SDK sends the same requests to
# both, and their answers must have the same members and their refusals the same codes. Where the two are meant to
# differ, scripts/checks/sandbox-moto/differences.ts says why. Needs python3 with venv and a package index; without them
# the check is skipped. The first run installs moto into a folder of the temporary directory, later ones find it there.
set -euo pipefail
cd "$(dirname "$0")/../.."
moto_version=5.2.5
venv=${TMPDIR:-/tmp}/reflow-ec2-moto-$moto_version-$(id -u)
if ! command -v python3 >/dev/null; then
  echo "skipped: python3 is not installed"
  exit 0
fi
if [ ! -e "$venv/installed" ]; then
  rm -rf "$venv"
  if ! python3 -m venv "$venv" >/dev/null 2>&1 ||
    ! "$venv/bin/pip" install --quiet --disable-pip-version-check "moto[ec2]==$moto_version" flask flask-cors 2>/dev/null; then
    echo "skipped: moto cannot be installed (no venv module, or no package index)"
    rm -rf "$venv"
    exit 0
  fi
  touch "$venv/installed"
fi
work=$(mktemp -d)
moto=
trap '[ -z "$moto" ] || kill "$moto" 2>/dev/null; rm -rf "$work"' EXIT
port=$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
MOTO_ENABLE_AMI_VALIDATION=true MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION=true MOTO_ENABLE_KEYPAIR_VALIDATION=true \
  "$venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
moto=$!
# The bundle lies inside the package, where it finds data/.
node_modules/.bin/esbuild scripts/checks/sandbox-moto/compare.ts --bundle --platform=node --format=cjs \
  --main-fields=module,main --log-level=warning --define:import.meta.url=bundleUrl \
  --banner:js="const bundleUrl=require('url').pathToFileURL('$PWD/package.json').href;" --outfile="$work/compare.cjs"
AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true node "$work/compare.cjs" "http://127.0.0.1:$port" || {
  status=$?
  tail -n 5 "$work/moto.log"
  exit "$status"
}
