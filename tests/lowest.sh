#!/usr/bin/env bash
# Runs a part of the tests with the lowest versions that pyproject.toml allows: `tests/lowest.sh [FOLDER [PYTHON]]`.
# The folder, a temporary one unless named, holds the two environments; uv finds the versions, and a Python by its own.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1

folder=${1:-$(mktemp -d)}
python3 -m venv "$folder/uv" && "$folder/uv/bin/pip" install uv
"$folder/uv/bin/uv" venv --quiet --clear "$folder/lowest" --python "${2:-python3}"
install=("$folder/uv/bin/uv" pip install --quiet --python "$folder/lowest/bin/python")
"${install[@]}" --resolution lowest-direct -e .
"$folder/uv/bin/uv" pip freeze --python "$folder/lowest/bin/python" | grep -v "^-e" | tee "$folder/versions"
"${install[@]}" pytest hypothesis --constraint "$folder/versions"

smoke=(
  tests/unit/store/test_engines.py tests/unit/exchange/test_convert.py tests/unit/render/views/test_results.py
  tests/unit/sparql/test_tokens.py tests/unit/project/test_project.py tests/unit/catalogue/test_header.py
  tests/unit/syntax/test_formatter.py tests/unit/search/test_search.py
  tests/unit/validation/prefilter/test_constraints.py tests/unit/validation/report/test_findings.py
  tests/cli/test_query.py tests/cli/test_commands.py tests/cli/test_writing.py
)
"$folder/lowest/bin/python" -m pytest -q -o addopts=--import-mode=importlib "${smoke[@]}"
