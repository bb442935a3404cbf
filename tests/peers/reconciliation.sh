#!/bin/sh
# The schemas of the Reconciliation Service API, for tests/peers/test_reconciliation_schemas.py: out of the repository of
# its specifications, at a commit, whose name vouches for its content. They are not ours to carry.
# SPECS names a clone that is there already, such as one on a machine without network.
set -eu
cd "$(dirname "$0")/../.."
commit=8d66bdba2e351a890a1126f2a8f139c9afd47553
into=.ogdkg/peers/reconciliation
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
specs=${SPECS:-$work/specs}
if [ ! -d "$specs" ]; then
    git init -q --bare "$specs"
    git -C "$specs" fetch -q --depth 1 https://github.com/reconciliation-api/specs "$commit"
fi
rm -rf "$into"
mkdir -p "$into"
git -C "$specs" archive "$commit" 0.1/schemas 0.2/schemas 1.0-draft/schemas 0.1/examples 0.2/examples 1.0-draft/examples |
    tar x -C "$into"
