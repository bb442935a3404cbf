"""Components that shapes declare: what is ill-formed is an error, whether or not a shape uses it."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from ogdkg.validation.core.advanced import check_advanced
from ogdkg.validation.core.components import check_components
from ogdkg.validation.core.shapes import Shapes, ShapesError

HEAD = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> . :C a sh:ConstraintComponent ; "
ASK = 'sh:validator [ sh:ask "ASK {}" ] '
OWN = "sh:parameter [ sh:path :own ]"
JS = "[ a sh:JSValidator ; sh:jsFunctionName 'f' ]"

ILL_FORMED = {
    f"{ASK}": "has no parameter that is mandatory",
    f"{ASK}; sh:parameter [ sh:path :own ; sh:optional true ]": "has no parameter that is mandatory",
    f"{ASK}; sh:parameter [ sh:optional true ]": "needs exactly one sh:path",
    f"{ASK}; sh:parameter [ sh:path :own , :other ]": "needs exactly one sh:path",
    f"{ASK}; sh:parameter [ sh:path [ sh:inversePath :own ] ]": "needs exactly one sh:path",
    f"{ASK}; sh:parameter [ sh:path :value ]": "cannot be called 'value'",
    f"{ASK}; sh:parameter [ sh:path :a-b ]": "cannot be called 'a-b'",
    f"{ASK}; {OWN} , [ sh:path <http://f#own> ]": "2 parameters called 'own'",
    f"{OWN} ; sh:validator [ sh:select 'SELECT $this {{}}' ]": "A sh:validator of <http://e/C> has no sh:ask",
    f"{OWN} ; sh:nodeValidator [ sh:ask 'ASK {{}}' ]": "A sh:nodeValidator of <http://e/C> has no sh:select",
    f"{OWN} ; sh:propertyValidator [ ]": "A sh:propertyValidator of <http://e/C> has no sh:select",
    f"{OWN} ; sh:validator {JS}": "sh:JSValidator is not supported",
    f"{ASK}; {OWN} , [ sh:path :more ] . :S a sh:NodeShape ; :own 1 ; :more 1, 2": "more than one value",
}
WELL_FORMED = (
    f"{ASK}; {OWN}",
    f"{ASK}; {OWN} . :S a sh:NodeShape ; :own 1, 2",
    f"{ASK}; {OWN} , [ sh:path :more ; sh:optional true ] . :data :own 1, 2",
    f"{OWN}",
    f"{ASK}; sh:validator {JS} ; {OWN}",
    f"{ASK}; sh:parameter [ sh:path <http://e/1x> ]",
)


def check(declared: str) -> None:
    shapes = Shapes(quad.triple for quad in parse(f"{HEAD}{declared} .", format=RdfFormat.TURTLE))
    check_advanced(shapes)
    check_components(shapes)


@pytest.mark.parametrize("declared", ILL_FORMED)
def test_an_ill_formed_component_is_refused(declared: str) -> None:
    with pytest.raises(ShapesError) as caught:
        check(declared)
    assert ILL_FORMED[declared] in caught.value.message


@pytest.mark.parametrize("declared", WELL_FORMED)
def test_a_well_formed_component_is_not(declared: str) -> None:
    check(declared)
