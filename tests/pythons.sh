#!/usr/bin/env bash
# Runs a part of the tests on each Python from 3.11 to 3.14 that is here, with the newest dependencies and every warning
# an error: `tests/pythons.sh [FOLDER [TEST]...]`; tests/lowest.sh does so with the lowest. The folder, a temporary
# one unless named, holds the environments; uv finds the Pythons, also those of pyenv. One that is not here is named, and
# fails nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never

folder=${1:-$(mktemp -d)}
python3 -m venv "$folder/uv" && "$folder/uv/bin/pip" install uv
smoke=(
  tests/unit/store/test_engines.py tests/unit/exchange/test_convert.py tests/unit/render/views/test_results.py
  tests/unit/sparql/test_tokens.py tests/unit/project/test_project.py tests/unit/sandbox
  tests/cli/test_query.py tests/cli/test_show.py tests/cli/test_validate.py
)
[ $# -lt 2 ] || smoke=("${@:2}")
for bin in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do PATH=$bin:$PATH; done  # its shims start only one of them
ran=() lacking=()
for version in 3.11 3.12 3.13 3.14; do
  if ! "$folder/uv/bin/uv" venv --quiet --clear "$folder/$version" --python "$version" 2>"$folder/said"; then
    lacking+=("$version")
    continue
  fi
  "$folder/uv/bin/uv" pip install --quiet --python "$folder/$version/bin/python" ".[serve,mcp]" pytest pytest-xdist hypothesis \
    jsonschema
  "$folder/$version/bin/python" -m pytest -q -n0 -o addopts=--import-mode=importlib \
    -W "ignore:It looks like .register_random" "${smoke[@]}"  # hypothesis counts references, of which 3.14 has fewer
  ran+=("$version")
done
echo "ran on Python ${ran[*]:-none}; not here: ${lacking[*]:-none}"
