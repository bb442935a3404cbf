"""The redirects by which w3id.org, or any Apache, sends the IRIs of a project to its site.

A thing is no document, so 303, See Other, leads to what describes it, in the format that the client likes
best (https://www.w3.org/TR/cooluris/#r303gendocument; RFC 9110, section 12.5.1). Each quality is noted in a
variable as `1` or `0.…` without zeros at its end, so that comparing texts compares numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from ogdkg.web.site.layout import Layout

FOLDER = "w3id"
_MOST = 1_000  # rules for single IRIs: an Apache tries them one after another
# The formats, what they are called here, and the ranges that take them in, from the widest.
_FORMATS = {
    "ttl": ("T", (r"\*/\*", r"text/\*", "text/turtle")),
    "jsonld": ("J", (r"\*/\*", r"application/\*", r"application/ld\+json")),
    "html": ("H", (r"\*/\*", r"text/\*", "text/html")),
}
_OTHERS = (
    r"(?:\s*;(?!\s*q\s*=)(?:[^,;\x22]|\x22[^\x22]*\x22)*)*"  # parameters of a range, but for its quality
)
_LESS = r"\s*;\s*q\s*=\s*(?:0?(\.[0-9]*[1-9])|0|\.0)"
_HEAD = """\
# Redirects of {namespace} to its site. `ogdkg site` writes this file: make it again rather than change it.

Options +FollowSymLinks -MultiViews
RewriteEngine on

# The site: the one line to change when it moves.
RewriteRule ^ - [E=SITE:{base}]

# Programs in browsers may read everything from here.
<IfModule mod_headers.c>
Header always set Access-Control-Allow-Origin "*"
Header always merge Vary "Accept"
</IfModule>

# How much the client likes Turtle (T), JSON-LD (J) and HTML (H): what is narrower counts.
"""
_CHOICE = """
# The format that it likes best: the first of these where it likes several as much.
RewriteRule ^ - [E=FORMAT:]
RewriteCond expr "reqenv('H') > '0'"
RewriteRule ^ - [E=FORMAT:html]
RewriteCond expr "reqenv('J') > '0' && reqenv('J') >= reqenv('H')"
RewriteRule ^ - [E=FORMAT:jsonld]
RewriteCond expr "reqenv('T') > '0' && reqenv('T') >= reqenv('H') && reqenv('T') >= reqenv('J')"
RewriteRule ^ - [E=FORMAT:ttl]
"""
_DOCUMENTS = """
# Documents: a file that is asked for by its name.
RewriteRule ^(.+)\\.(ttl|jsonld|html)$ %{ENV:SITE}/$1.$2 [R=302,L]

# What is liked not at all.
RewriteCond %{ENV:FORMAT} ^$
RewriteRule ^ - [R=406,L]
"""
_HERE = """
# The site stands here itself: what is a file of it is sent as it is.
RewriteCond %{REQUEST_FILENAME} -f
RewriteRule ^ - [L]
RewriteRule ^$ - [L]
"""
_FILES = """
# Documents, which are files or not there.
RewriteRule \\.(?:ttl|jsonld|html)$ - [L]

# What is liked not at all.
RewriteCond %{ENV:FORMAT} ^$
RewriteRule ^ - [R=406,L]
"""
_REST = """
# Everything else: the first page, and each thing in files of its own. Those of one that was given up say what
# took its place.
RewriteRule ^$ %{{ENV:SITE}}/{root} [R=303,L]
RewriteRule ^(.+)/$ %{{ENV:SITE}}/$1/index.%{{ENV:FORMAT}} [R=303,L]
RewriteRule ^(.+)$ %{{ENV:SITE}}/$1.%{{ENV:FORMAT}} [R=303,L]
"""
_README = """\
# {title}

{namespace} is the namespace of {title}. Its site is {base}.

`ogdkg site` wrote the redirects. The IRI of a thing leads to a page or to data by 303, See Other, as the
client accepts HTML, Turtle or JSON-LD.

To claim the namespace, put this folder into [perma-id/w3id.org](https://github.com/perma-id/w3id.org)
as `{folder}`, with `htaccess` as `.htaccess`, and add who maintains it:

- Maintainers: NAME, GitHub NAME
"""


def w3id_files(
    layout: Layout, namespace: str, title: str, base: str, downloads: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the pull request; none where the namespace or the address of the site is not known.

    Args:
        layout: The files of the site.
        namespace: What the project's IRIs begin with.
        title: The name of the project.
        base: The address of the site.
        downloads: The files of the site that IRIs name, whatever the client accepts.
    """
    if not base or not namespace:
        return
    folder = urlsplit(namespace).path.strip("/") or "."
    yield f"{FOLDER}/htaccess", "".join(_rules(layout, namespace, base, downloads)).encode()
    readme = _README.format(title=title, namespace=namespace, base=base, folder=folder)
    yield f"{FOLDER}/README.md", readme.encode()


def _rules(layout: Layout, namespace: str, base: str, downloads: Mapping[str, str]) -> Iterator[str]:
    yield _HEAD.format(namespace=namespace, base=_escaped(base))
    is_here = f"{base}/" == namespace  # where a redirect to a file of the site would lead to itself
    if is_here:
        yield _HERE
    for name, ranges in _FORMATS.values():
        yield f"RewriteRule ^ - [E={name}:]\nRewriteCond %{{HTTP_ACCEPT}} ^$\nRewriteRule ^ - [E={name}:1]\n"
        for each in ranges:
            item = rf"(?:^|,)\s*{each}{_OTHERS}"
            yield f'RewriteCond %{{HTTP_ACCEPT}} "{item}\\s*(?:[;,]|$)" [NC]\nRewriteRule ^ - [E={name}:1]\n'
            yield f'RewriteCond %{{HTTP_ACCEPT}} "{item}{_LESS}" [NC]\nRewriteRule ^ - [E={name}:0%1]\n'
    yield _CHOICE
    for iri, file in downloads.items():
        path = unquote(iri.removeprefix(namespace))
        if path.isprintable():  # a line feed would end the rule
            yield f'RewriteRule "^{_pattern(path)}$" "%{{ENV:SITE}}/{_escaped(file)}" [R=302,L]\n'
    single = list(_single(layout, namespace))
    if single:
        yield "\n# Things whose IRIs are no names of files, or look like the names of others.\n"
    for path, stem in single[:_MOST]:
        target = f"%{{ENV:SITE}}/{_escaped(stem)}.%{{ENV:FORMAT}}"
        yield f'RewriteCond %{{ENV:FORMAT}} .\nRewriteRule "^{_pattern(path)}$" "{target}" [R=303,L]\n'
    if len(single) > _MOST:
        yield f"# {len(single) - _MOST:,} more lead to the page for what is not found.\n"
    yield _FILES if is_here else _DOCUMENTS
    yield _REST.format(root="")


def _single(layout: Layout, namespace: str) -> Iterator[tuple[str, str]]:
    """The paths, decoded, of IRIs that the general rules lead elsewhere, and their files without suffix."""
    for iri, stem in layout.stems.items():
        encoded = iri.removeprefix(namespace)
        path = unquote(encoded, errors="replace")
        by_rule = f"{path}index" if path.endswith("/") else path
        is_plain = by_rule == stem and path.rpartition(".")[2] not in _FORMATS
        if is_plain or "%2f" in encoded.lower() or not path.isprintable():
            continue  # no Apache takes an encoded slash, unless it is told to
        yield path, stem


def _pattern(path: str) -> str:
    return re.escape(path).replace('"', r"\x22").replace(r"\ ", r"\x20")


def _escaped(text: str) -> str:
    """A text in the target of a rule, where `$` and `%` mean something."""
    return re.sub(r"([$%\\])", r"\\\1", text)
