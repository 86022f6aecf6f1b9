#!/usr/bin/env bash
# Holds the reviewed reports of a probe (test/golden/report) against the outside: JUnit XML against Jenkins' schema, as
# pytest ships it, and the page in headless Chromium, in two widths and both colour schemes, with axe. Each half says so
# when what it needs is missing (python3 with venv and a package index; Chromium and npm's registry). What is fetched stays
# in a folder of the temporary directory. REPORT_SHOTS=DIR keeps the pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."
pytest_version=8.4.2
lxml_version=6.1.3
playwright_version=1.65.1
axe_version=4.14.1
tools=${TMPDIR:-/tmp}/reflow-ec2-report-$(id -u)

junit() {
  local folder=$tools/junit-$pytest_version-$lxml_version
  if [ ! -e "$folder/installed" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! python3 -m venv "$folder/venv" >/dev/null 2>&1 ||
      ! "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "lxml==$lxml_version" 2>/dev/null ||
      ! "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary pytest \
        --dest "$folder" "pytest==$pytest_version" 2>/dev/null; then
      echo "report.sh: skipped the schema: python3 with venv, or a package index, is missing"
      return
    fi
    tar -xzOf "$folder/pytest-$pytest_version.tar.gz" \
      "pytest-$pytest_version/testing/example_scripts/junit-10.xsd" >"$folder/junit-10.xsd"
    touch "$folder/installed"
  fi
  "$folder/venv/bin/python" scripts/checks/report/validate.py "$folder/junit-10.xsd" test/golden/report/*.xml
}

page() {
  local chromium folder=$tools/page-$playwright_version-$axe_version
  chromium=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
  if [ -z "$chromium" ]; then
    echo "report.sh: skipped the page: Chromium is not installed"
    return
  fi
  if [ ! -e "$folder/installed" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! npm install --silent --no-save --prefix "$folder" "playwright-core@$playwright_version" "axe-core@$axe_version" \
      >/dev/null 2>&1; then
      echo "report.sh: skipped the page: npm's registry does not answer"
      return
    fi
    touch "$folder/installed"
  fi
  node scripts/checks/report/page.mjs "$chromium" "$folder/node_modules" test/golden/report/*.html
}

junit
page
echo "report.sh: passed"
