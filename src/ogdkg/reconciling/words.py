"""The words that names of organisations and places are made of: which tell names apart, and which do not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ogdkg.search.folding import words

LONGEST = 300  # letters of a name that are looked at
_MOST_WORDS = 40
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
# Articles and prepositions of English, French, Spanish, Portuguese, German and Italian.
_LINKS = """
a an and at by de del della der des di die do dos da das du e el en et for fur in l la las le les los of on
para per por pour the to und von y d s au aux
"""
# Legal forms that follow the name of a company, or stand before it.
_FORMS = """
ag asbl bv bvba cic cv ev eurl gesmbh ggmbh gmbh inc incorporated kg kft kk limited llc llp lp ltd ltda mbh nv
ohg oy oyj plc pte pty pvt sa sarl sas sau se sl sp spa sprl srl stichting ug
"""
LINKS, FORMS = frozenset(_LINKS.split()), frozenset(_FORMS.split())
# The first of each group stands for all of it.
_PAIRS = """
bank banque banco banca | world mondial mondiale monde mundial mundo worldwide wld | development dev
developpement desarrollo desenvolvimento entwicklung dvlpt devt | international internationale
internacional intl int internat | organization organisation organizacion organizacao org organis |
government gouvernement gobierno governo govt gov regierung | ministry ministere ministerio min |
department departement departamento dept dep dpt | office bureau oficina off | national nationale nacional
natl nat nationaux | union unie | european europeen europeenne europea europeo | united unis unies unidos
unidas | states etats estados | nations naciones | university universite universidad univ universitat |
institute institut instituto inst | institution institucion | foundation fondation fundacion fdn found
stiftung | association asociacion assoc assn asso | fund fonds fondo | program programme programa
prog progr programm | agency agence agencia | council conseil consejo | committee comite | centre center
centro ctr | environment environnement medio ambiente env environmental | global mondial | open ouvert
ouverte ouvertes abierto abierta abiertos abiertas | data donnees datos | food alimentaire alimentos
alimentario alimentation | agriculture agricultura agri agric | agricultural agricole agricola | finance
finances finanzas fin | corporation corporacion corp societe sociedad | health sante salud | industry
industrie industria ind | commerce comercio commercial | trade comercio | transport transports transporte
transportes transportation | transparency transparence transparencia | initiative iniciativa init |
partnership partenariat alianza asociacion | african africain africaine africana africano | asian
asiatique asiatico asiatica | american americain americaine americano americana | interamerican
interamericain interamericano | australian australien australienne australiano | indian indien indienne
indio | indonesian indonesien indonesienne | republic republique republica rep | democratic democratique
democratica dem | kingdom royaume reino | islands iles islas | saint st sainte san santa ste | north
nord norte | south sud sur | east est este | west ouest oeste | new nouvelle nueva | city ville ciudad
| cities villes ciudades | for pour | research recherche investigacion | management gestion gestao mgmt
mgt | disaster desastre catastrophe desastres catastrophes | risk risque riesgo | resilience resiliencia |
reconstruction reconstruccion | investment investissement inversion | support soutien apoyo |
museum musee museo | library bibliotheque biblioteca | services service servicios servicio
svc svcs | park parc parque | parks parcs parques | multilateral multilaterale | guarantee garantie
garantia | map carte mapa | mapping cartographie cartografia mapeo | earthquake seisme terremoto | model
modele modelo | interior interieur | company companies entreprises empresa empresas cie cia | registry
registre registro | registrar registrador | facility mecanisme fonds fondo | recovery relevement
recuperacion retablissement | security securite seguridad | media medias medios | group groupe grupo grp |
team equipe equipo | board directoire | project projet proyecto | platform plateforme plataforma | tools
outils herramientas | index indice | extractive extractives extractivas | industries industrias | public
publique publico publica | society societe sociedad | federal federale | state etat estado
"""


def _same() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _PAIRS.split("|"):
        first, *others = line.split()
        for word in (first, *others):
            found.setdefault(word, first)
    return found


_SAME = _same()


@lru_cache(maxsize=1 << 16)
def spelt(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded; its first ones if it is long."""
    return tuple(words(name[:LONGEST])[:_MOST_WORDS])


def plain(word: str) -> str:
    """Return the English word that stands for one of another language or for an abbreviation.

    >>> plain("banque"), plain("intl"), plain("oak")
    ('bank', 'international', 'oak')
    """
    return _SAME.get(word, word)


def telling(found: Iterable[str]) -> tuple[str, ...]:
    """Return the words without articles, prepositions and legal forms, unless nothing else is left."""
    every = tuple(found)
    some = tuple(word for word in every if word not in LINKS and word not in FORMS)
    return some or every


def variants(name: str) -> list[str]:
    """Return a name, and what it is without what stands in brackets, and that alone.

    >>> variants("Open Aid Partnership (OAP)")
    ['Open Aid Partnership (OAP)', 'Open Aid Partnership', 'OAP']
    """
    name = name[:LONGEST]
    found = [name]
    if bracketed := _BRACKETED.search(name):
        found += [_BRACKETED.sub(" ", name).strip(), bracketed[1].strip()]
    return [each for each in dict.fromkeys(found) if spelt(each)] or [name]
