"""What mends a finding: only what is sure is offered, and `--fix` writes just that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg.errors import InputError
from ogdkg.validation.core.results import Finding
from ogdkg.validation.data.reading import sources
from ogdkg.validation.fixing import fixed_files
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

HEAD = (
    "@prefix : <http://e.example/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
)
Validate = Callable[..., tuple[Finding, ...]]


@pytest.fixture
def validate(pyshacl: PyShaclProcess, tmp_path: Path) -> Validate:
    def run(constraint: str, value: str) -> tuple[Finding, ...]:
        (tmp_path / "d.ttl").write_text(f"{HEAD}:a :p {value} . :b :is :c . :london a :City .")
        shape = f":S sh:targetNode :a ; sh:property [ sh:path :p ; {constraint} ] ."
        (tmp_path / "s.ttl").write_text(HEAD + shape)
        inputs = Inputs(sources([str(tmp_path / "d.ttl")]), sources([str(tmp_path / "s.ttl")]))
        return Validator(pyshacl, Options()).run(inputs).findings

    return run


PASTED = [
    ("sh:datatype xsd:date", '"2022-07-22T10:00:00Z"^^xsd:dateTime', None),
    ("sh:datatype xsd:date", '"last week"', None),
    ("sh:datatype xsd:date", '"2023-02-29"', None),
    ("sh:datatype xsd:date", '"2024-02-29"', '"2024-02-29"^^xsd:date'),
    ("sh:datatype xsd:integer", "1.5", None),
    ("sh:datatype xsd:integer", '"12"', '"12"^^xsd:integer'),
    ("sh:datatype xsd:byte", "300", None),
    ("sh:datatype xsd:boolean", '"yes"', None),
    ("sh:datatype xsd:integer ; sh:maxInclusive 9", '"12"', None),
    ('sh:datatype xsd:integer ; sh:pattern "^0"', '"12"', None),
    ("sh:in ( :red :green )", ":rde", ":red"),
    ("sh:in ( :rad :red )", ":rid", None),
    ("sh:class :City", ":lodon", ":london"),
    ("sh:class :City", ":b", ":b a :City ."),
    ("sh:hasValue :x", ":y", ":a :p :x ."),
    ("sh:minCount 2", "1", None),
    ("sh:minCount 2 ; sh:datatype xsd:integer", "1", None),
    ("sh:minCount 2 ; sh:in ( 1 2 )", "1", None),
]


@pytest.mark.parametrize(("constraint", "value", "pasted"), PASTED)
def test_only_what_mends_it_is_offered(
    constraint: str, value: str, pasted: str | None, validate: Validate
) -> None:
    assert {each.paste for each in validate(constraint, value) if each.rule != "MaxInclusive"} - {None} == (
        {pasted} if pasted else set()
    )


DATA = """# kept
:a a :P ; :age "5" ; :kind :rde ; :nmae "Anna" ; :born '''2020-01-05''', "last week" .
:c :age "07" ; a :P ; :name "x" ; :lives :lodon .
[ a :P ; :age "9" ; :name "y" ] . :london a :City .
"""
FIXED = """# kept
:a a :P ; :age "5"^^xsd:integer ; :kind :red ; :name "Anna" ; :born '''2020-01-05'''^^xsd:date, "last week" .
:c :age "07"^^xsd:integer ; a :P ; :name "x" ; :lives :london .
[ a :P ; :age "9"^^xsd:integer ; :name "y" ] . :london a :City .
"""
SHAPES = """:S a sh:NodeShape ; sh:targetClass :P ; sh:property [ sh:path :age ; sh:datatype xsd:integer ],
  [ sh:path :kind ; sh:in ( :red :green ) ], [ sh:path :name ; sh:minCount 1 ],
  [ sh:path :born ; sh:datatype xsd:date ], [ sh:path :lives ; sh:class :City ] .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d.ttl").write_text(HEAD + DATA)
    (tmp_path / "s.ttl").write_text(HEAD + SHAPES)
    return tmp_path


def test_fix_shows_a_diff_and_writes_only_if_told(ogdkg: Run, folder: Path) -> None:
    asked = ("validate", "d.ttl", "--shapes", "s.ttl", "--fix")
    shown = ogdkg(*asked, cwd=folder)
    assert shown.returncode == 1
    assert '+:c :age "07"^^xsd:integer ; a :P ; :name "x" ; :lives :london .\n' in shown.stdout
    assert (folder / "d.ttl").read_text() == HEAD + DATA
    written = ogdkg(*asked, "--write", cwd=folder)
    assert (folder / "d.ttl").read_text() == HEAD + FIXED
    assert written.returncode == 1 and written.stdout.endswith("1 violation in 14 triples.\n")
    again = ogdkg(*asked, cwd=folder)
    assert (again.stdout, again.stderr) == ("", "Nothing can be fixed for sure.\n")


def test_write_without_fix_is_refused(ogdkg: Run, folder: Path) -> None:
    assert ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "--write", cwd=folder).returncode == 2


def test_a_fix_that_makes_another_finding_is_left_out(pyshacl: PyShaclProcess, folder: Path) -> None:
    more = ":T sh:targetSubjectsOf :age ; sh:property [ sh:path :age ; sh:maxInclusive 6 ] .\n"
    (folder / "s.ttl").write_text(HEAD + SHAPES + more)
    inputs = Inputs(sources([str(folder / "d.ttl")]), sources([str(folder / "s.ttl")]))
    validator = Validator(pyshacl, Options(fix=True))
    (file,) = fixed_files(validator, inputs, validator.run(inputs))
    assert b'"5"^^xsd:integer' in file.after and b"London" not in file.after


def test_a_file_that_changed_meanwhile_is_left_alone(pyshacl: PyShaclProcess, folder: Path) -> None:
    inputs = Inputs(sources([str(folder / "d.ttl")]), sources([str(folder / "s.ttl")]))
    validator = Validator(pyshacl, Options(fix=True))
    (file,) = fixed_files(validator, inputs, validator.run(inputs))
    (folder / "d.ttl").write_text(HEAD + DATA + "# more\n")
    with pytest.raises(InputError, match="changed meanwhile"):
        file.check()
