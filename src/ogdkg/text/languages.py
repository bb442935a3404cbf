"""What languages are called in English, and in which direction they are written, by their tags (BCP 47)."""

from __future__ import annotations

# ISO 639-1, and of ISO 639-3 those with many readers and no code of two letters.
_NAMES = dict(
    line.split(" ", 1)
    for line in """\
aa Afar
ab Abkhazian
af Afrikaans
ak Akan
am Amharic
an Aragonese
ar Arabic
arz Egyptian Arabic
as Assamese
ast Asturian
av Avaric
ay Aymara
az Azerbaijani
azb South Azerbaijani
ba Bashkir
be Belarusian
bg Bulgarian
bho Bhojpuri
bi Bislama
bm Bambara
bn Bangla
bo Tibetan
br Breton
bs Bosnian
ca Catalan
ce Chechen
ceb Cebuano
ch Chamorro
ckb Central Kurdish
co Corsican
cs Czech
cv Chuvash
cy Welsh
da Danish
de German
dv Dhivehi
dz Dzongkha
ee Ewe
el Greek
en English
eo Esperanto
es Spanish
et Estonian
eu Basque
fa Persian
ff Fula
fi Finnish
fil Filipino
fj Fijian
fo Faroese
fr French
fy Western Frisian
ga Irish
gd Scottish Gaelic
gl Galician
gn Guarani
gsw Swiss German
gu Gujarati
gv Manx
ha Hausa
haw Hawaiian
he Hebrew
hi Hindi
hr Croatian
ht Haitian Creole
hu Hungarian
hy Armenian
ia Interlingua
id Indonesian
ig Igbo
io Ido
is Icelandic
it Italian
iu Inuktitut
ja Japanese
jv Javanese
ka Georgian
ki Kikuyu
kk Kazakh
kl Kalaallisut
km Khmer
kn Kannada
ko Korean
ks Kashmiri
ku Kurdish
kv Komi
kw Cornish
ky Kyrgyz
la Latin
lb Luxembourgish
lg Ganda
ln Lingala
lo Lao
lt Lithuanian
lv Latvian
mai Maithili
mg Malagasy
mi Māori
mk Macedonian
ml Malayalam
mn Mongolian
mr Marathi
ms Malay
mt Maltese
mul several languages
my Burmese
mzn Mazanderani
nb Norwegian Bokmål
nds Low German
ne Nepali
nl Dutch
nn Norwegian Nynorsk
no Norwegian
nqo N'Ko
nr South Ndebele
nv Navajo
ny Nyanja
oc Occitan
om Oromo
or Odia
os Ossetic
pa Punjabi
pi Pali
pl Polish
pnb Western Punjabi
ps Pashto
pt Portuguese
qu Quechua
rm Romansh
rn Rundi
ro Romanian
ru Russian
rw Kinyarwanda
sa Sanskrit
sc Sardinian
sd Sindhi
se Northern Sami
sg Sango
sh Serbo-Croatian
si Sinhala
sk Slovak
sl Slovenian
sm Samoan
sn Shona
so Somali
sq Albanian
sr Serbian
ss Swati
st Southern Sotho
su Sundanese
sv Swedish
sw Swahili
syr Syriac
ta Tamil
te Telugu
tg Tajik
th Thai
ti Tigrinya
tk Turkmen
tl Tagalog
tn Tswana
to Tongan
tr Turkish
ts Tsonga
tt Tatar
tw Twi
ty Tahitian
ug Uyghur
uk Ukrainian
ur Urdu
uz Uzbek
ve Venda
vi Vietnamese
vo Volapük
wa Walloon
wo Wolof
xh Xhosa
yi Yiddish
yo Yoruba
yue Cantonese
za Zhuang
zh Chinese
zu Zulu""".splitlines()
)
_CASES = {2: str.upper, 4: str.title}  # of regions and scripts
# Scripts from right to left, and languages that are written so where their tag tells no script.
_SCRIPTS = frozenset(("adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"))
_FROM_THE_RIGHT = frozenset(
    ("ar", "arc", "arz", "azb", "ckb", "dv", "fa", "he", "ks", "mzn", "nqo", "pnb",
     "ps", "sd", "syr", "ug", "ur", "yi")
)  # fmt: skip


def language_name(tag: str) -> str:
    """Return what to call a language; the tag of one whose name is not known here.

    A tag is written as RFC 5646, section 2.1.1, recommends.

    >>> language_name("pt-br"), language_name("ZH-hant"), language_name("tlh")
    ('Portuguese (pt-BR)', 'Chinese (zh-Hant)', 'tlh')
    """
    parts = tag.lower().split("-")
    extension = next((place for place, each in enumerate(parts) if len(each) == 1), len(parts))
    for place in range(1, extension):
        parts[place] = _CASES.get(len(parts[place]), str.lower)(parts[place])
    name, written = _NAMES.get(parts[0]), "-".join(parts)
    return f"{name} ({written})" if name and len(parts) > 1 else name or written


def direction_of(tag: str) -> str:
    """Return in which direction a language is written, `rtl` or `ltr`; a script in its tag decides.

    >>> direction_of("ar"), direction_of("az-Arab-IR"), direction_of("ar-Latn")
    ('rtl', 'rtl', 'ltr')
    """
    first, *parts = tag.lower().split("-")
    script = next((part for part in parts if len(part) == 4 and part.isalpha()), "")
    is_from_right = script in _SCRIPTS if script else first in _FROM_THE_RIGHT
    return "rtl" if is_from_right else "ltr"
