"""The frame of an HTML report: one file that loads nothing; its only script makes a field to filter by."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256

from ogdkg.text.escape import html

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --card: #f6f7f9; --line: #c9ced6; --text: #1b1f24;
  --soft: #57606a;
  --link: #0b57a4; --mark: #ffe08a; --on-mark: #1b1f24;
  --violation: #a8201a; --warning: #7a4d00; --info: #0b57a4; --ok: #1a6b2f; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --card: #1e2227; --line: #434a53;
  --text: #e8eaed;
  --soft: #a9b1bb; --link: #8ab8ff; --mark: #6b5200; --on-mark: #fff;
  --violation: #ff9a92; --warning: #f2c46d; --info: #8ab8ff; --ok: #7fd394; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; }
h3 { display: inline; font-size: 1rem; }
h4 { font-size: 1rem; margin: 0; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; font-size: .875rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
header p { margin: .5rem 0 0; }
.verdict { font-size: 1.1rem; font-weight: 600; }
.soft, .anchor, caption, th { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 1rem 0 0;
  padding: 0; }
nav a { display: inline-block; padding: .2rem 0; }
table { border-collapse: collapse; margin: 0 0 1.5rem; width: 100%; }
caption { font-weight: 600; padding: .25rem 0; text-align: left; }
.narrow { max-width: 22rem; }
th, td { border-top: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left;
  vertical-align: top; }
th { font-weight: normal; }
tbody th { color: var(--text); }
.count { font-variant-numeric: tabular-nums; padding-right: 1rem; text-align: right; white-space: nowrap;
  width: 7rem; }
.links { width: 24%; }
.links a { display: inline-block; min-width: 1.5rem; padding: 0 .15rem; }
.zero { color: var(--soft); }
fieldset { border: 1px solid var(--line); border-radius: .4rem; display: flex; flex-wrap: wrap;
  align-items: center;
  gap: .5rem 1.25rem; margin: 0 0 1rem; padding: .5rem 1rem .75rem; }
legend { color: var(--soft); padding: 0 .3rem; }
fieldset label { display: inline-flex; align-items: center; gap: .4rem; min-height: 1.75rem; }
input { accent-color: var(--link); font: inherit; }
input[type=checkbox] { height: 1.1rem; width: 1.1rem; }
.filter { flex: 1 1 16rem; }
.filter input { background: var(--page); border: 1px solid var(--soft); border-radius: .3rem;
  color: inherit;
  flex: 1; min-width: 0; padding: .25rem .5rem; }
summary { background: var(--card); border-radius: .4rem; cursor: pointer; padding: .5rem .75rem; }
details { margin: 0 0 1.25rem; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--edge); border-radius: .4rem;
  margin: .75rem 0; padding: .75rem 1rem; }
article:target { outline: 2px solid var(--edge); }
article p { margin: .25rem 0; }
.violation { --edge: var(--violation); } .warning { --edge: var(--warning); } .info { --edge: var(--info); }
.tag { border: 1px solid var(--edge); border-radius: 1rem; color: var(--edge); display: inline-block;
  font-size: .8rem; font-weight: 600; line-height: 1.3; margin-right: .4rem; padding: .1rem .6rem; }
.ok { --edge: var(--ok); } .verdict { color: var(--edge); }
.anchor { float: right; font-size: .875rem; margin-left: .5rem; padding: .1rem .2rem; }
pre { background: var(--card); border-radius: .3rem; margin: .5rem 0; padding: .4rem .6rem;
  white-space: pre-wrap; }
mark { background: var(--mark); border-radius: .2rem; color: var(--on-mark); }
dl { display: grid; gap: .2rem 1rem; grid-template-columns: max-content 1fr; margin: .5rem 0 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; margin-top: 2.5rem;
  padding-top: .75rem; }
[hidden], body:has(#show-violation:not(:checked)) article.violation,
  body:has(#show-warning:not(:checked)) article.warning,
body:has(#show-info:not(:checked)) article.info { display: none; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .35rem; }
  thead { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px; }
  table, caption, tbody, tr, tbody th, td { display: block; width: auto; }
  tr { border-top: 1px solid var(--line); padding: .4rem 0; }
  th, td { border: 0; padding: .05rem 0; }
  .count { display: inline-block; margin-right: 1rem; text-align: left; width: auto; }
  .count::before, .links::before { color: var(--soft); content: attr(data-name) " "; }
  .links { width: auto; }
  .zero { display: none; }
}
@media print { nav, fieldset, .skip, .anchor { display: none; } article { break-inside: avoid; } }
"""
# The field is there only where scripts run; without them the browser's own search finds the same.
_SCRIPT = """
const found = [...document.querySelectorAll("article")].map(each => [each, each.textContent.toLowerCase()]);
const box = document.getElementById("filters");
if (box) {
  const label = document.createElement("label"), field = document.createElement("input");
  const said = document.createElement("output");
  label.className = "filter";
  field.type = "search";
  label.append("Filter", field);
  box.append(label, said);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const [each, text] of found) {
      each.hidden = !words.every(word => text.includes(word));
      shown += !each.hidden;
    }
    for (const file of document.querySelectorAll(".file"))
      file.hidden = !file.querySelector("article:not([hidden])");
    said.textContent = words.length ? `${shown} of ${found.length}` : "";
  });
}
"""


def page(title: str, body: Iterable[str]) -> Iterator[str]:
    """A whole HTML page: the title, and what stands in its body.

    Nothing is loaded and nothing but these two texts is a style or a script: the policy names their hashes,
    https://www.w3.org/TR/CSP3/#match-element-to-source-list.
    """
    policy = f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; base-uri 'none'; "
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}form-action \'none\'">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{html(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield from body
    yield f"<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
