"""A validation report as one HTML page without need of scripts: tables by file and by shape, and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from ogdkg import __version__
from ogdkg.render.reports.page import page
from ogdkg.render.reports.text import shown_line, summary
from ogdkg.render.reports.words import about, reasons
from ogdkg.text.escape import html
from ogdkg.validation.core.results import Finding, Report, Severity

MAX_LINKS = 12  # to findings, in one row of a table
NOWHERE = "Without a place in a file"
PROJECT = "Checks of the project"
SEVERITIES = tuple(reversed(Severity))
Numbered = list[tuple[int, Finding]]


def report_html(report: Report) -> str:
    """The page: a summary, tables with links, and the findings file by file."""
    return "".join(page(f"Validation report: {summary(report)}", _body(report)))


def _body(report: Report) -> Iterator[str]:
    files = _grouped(list(enumerate(sorted(report.findings, key=Finding.order))), _file)
    # Numbered in the order of the page.
    findings = list(enumerate((finding for found in files.values() for _, finding in found), 1))
    files = _grouped(findings, _file)
    yield '<a class="skip" href="#findings">Skip to the findings</a>\n'
    yield from _header(report, files)
    yield '<main>\n<section id="overview" aria-labelledby="h-overview">\n<h2 id="h-overview">Overview</h2>\n'
    yield from _by_severity(report)
    if findings:
        yield from _by_file(files)
        yield from _by_shape(findings)
    yield "</section>\n"
    yield from _findings(report, files)
    yield from _listed("unused", "Unused", report.unused)
    yield from _listed("notices", "Notices", report.notices)
    yield f"</main>\n<footer><p>Made by ogdkg {html(__version__)}.</p></footer>\n"


def _grouped(findings: Numbered, key: Callable[[Finding], str]) -> dict[str, Numbered]:
    """The findings by what the key tells of each; the worst groups first."""
    found: dict[str, Numbered] = {}
    for number, finding in findings:
        found.setdefault(key(finding), []).append((number, finding))
    return dict(sorted(found.items(), key=lambda each: (each[0] == NOWHERE, *_weight(each[1]), each[0])))


def _weight(findings: Numbered) -> tuple[int, ...]:
    counts = _counts(findings)
    return tuple(-counts[severity] for severity in SEVERITIES)


def _counts(findings: Numbered) -> Counter[Severity]:
    return Counter(finding.severity for _, finding in findings)


def _file(finding: Finding) -> str:
    return finding.place.file if finding.place else NOWHERE


def _shape(finding: Finding) -> str:
    return (finding.shape or "A shape without a name") if finding.result else PROJECT


def _header(report: Report, files: dict[str, Numbered]) -> Iterator[str]:
    worst = report.worst_severity()
    conforms = "conform" if report.conforms else "do not conform"
    said = "Nothing was judged." if report.is_unread else f"By SHACL, the data {conforms} to the shapes."
    yield f'<header>\n<h1>Validation report</h1>\n<p class="verdict {worst.word if worst else "ok"}">'
    yield f"{html(summary(report))}</p>\n<p>{said}</p>\n</header>\n"
    links = [("overview", "Overview"), ("findings", "Findings")]
    links += [(f"file-{number}", file) for number, file in enumerate(files, 1)][:MAX_LINKS]
    links += [("unused", "Unused")] if report.unused else []
    links += [("notices", "Notices")] if report.notices else []
    listed = "".join(f'<li><a href="#{to}">{html(text)}</a></li>\n' for to, text in links)
    yield f'<nav aria-label="Contents">\n<ul>\n{listed}</ul>\n</nav>\n'


def _by_severity(report: Report) -> Iterator[str]:
    yield '<table class="narrow">\n<caption>By severity</caption>\n<thead><tr>'
    yield '<th scope="col">Severity</th><th scope="col" class="count">Findings</th></tr></thead>\n<tbody>\n'
    counted = [(each.word, each.word, number) for each, number in report.counts().items()]
    counted += [("violation", report.name(own), number) for own, number in report.own_counts().items()]
    for style, name, number in counted:
        yield f'<tr><th scope="row"><span class="tag {style}">{html(name)}</span></th>'
        yield f'<td class="count" data-name="findings">{number}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def _by_file(files: dict[str, Numbered]) -> Iterator[str]:
    yield from _head("By file", "File")
    for number, (file, findings) in enumerate(files.items(), 1):
        name = f'<a href="#file-{number}">{html(file)}</a>'
        yield f'<tr><th scope="row">{name}</th>{_cells(findings)}</tr>\n'
    yield "</tbody>\n</table>\n"


def _by_shape(findings: Numbered) -> Iterator[str]:
    yield from _head("By shape and constraint", "Shape and constraint", "Findings")
    for key, found in _grouped(findings, lambda each: f"{_shape(each)}\n{each.rule}").items():
        shape, rule = key.split("\n")
        links = " ".join(f'<a href="#f{number}">{number}</a>' for number, _ in found[:MAX_LINKS])
        more = f" and {len(found) - MAX_LINKS} more" if len(found) > MAX_LINKS else ""
        yield f'<tr><th scope="row">{html(shape)} <span class="soft">{html(rule)}</span></th>{_cells(found)}'
        yield f'<td class="links" data-name="findings">{links}{more}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def _head(caption: str, first: str, last: str = "") -> Iterator[str]:
    counts = "".join(f'<th scope="col" class="count">{each.word.title()}s</th>' for each in SEVERITIES)
    end = f'<th scope="col" class="links">{last}</th>' if last else ""
    yield f"<table>\n<caption>{caption}</caption>\n<thead><tr>"
    yield f'<th scope="col">{first}</th>{counts}{end}</tr></thead>\n<tbody>\n'


def _cells(findings: Numbered) -> str:
    counts = _counts(findings)
    return "".join(
        f'<td class="count{"" if counts[each] else " zero"}" data-name="{each.word}s">{counts[each]}</td>'
        for each in SEVERITIES
    )


def _findings(report: Report, files: dict[str, Numbered]) -> Iterator[str]:
    yield '<section id="findings" aria-labelledby="h-findings">\n<h2 id="h-findings">Findings</h2>\n'
    if not files:
        yield "<p>There is nothing to show.</p>\n"
    else:
        yield '<fieldset id="filters"><legend>Show</legend>\n'
        for each in SEVERITIES:
            box = f'<input type="checkbox" id="show-{each.word}" checked>'
            yield f"<label>{box} {each.word}s</label>\n"
        yield "</fieldset>\n"
    for number, (file, findings) in enumerate(files.items(), 1):
        said = f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
        yield f'<details open class="file" id="file-{number}">\n<summary><h3>{html(file)}</h3> '
        yield f'<span class="soft">{said}</span></summary>\n'
        for place, finding in findings:
            yield from _article(report, place, finding)
        yield "</details>\n"
    yield "</section>\n"


def _article(report: Report, number: int, finding: Finding) -> Iterator[str]:
    word, place = finding.severity.word, finding.place
    said = html(report.severity_word(finding))
    yield f'<article class="{word}" id="f{number}" aria-labelledby="t{number}">\n'
    yield f'<a class="anchor" href="#f{number}" aria-label="Link to finding {number}">#{number}</a>\n'
    yield f'<h4 id="t{number}"><span class="tag {word}">{said}</span> {html(finding.message)}</h4>\n'
    if subject := about(report, finding):
        yield f"<p>{html(subject)}</p>\n"
    if finding.excerpt and place:
        yield f"<pre><code>{_marked(finding.excerpt, place.column)}</code></pre>\n"
    yield "<dl>\n"
    for name, text in _details(report, finding):
        yield f"<dt>{name}</dt><dd>{text}</dd>\n"
    yield "</dl>\n</article>\n"


def _details(report: Report, finding: Finding) -> Iterator[tuple[str, str]]:
    """What is said of a finding, each with its name, as HTML."""
    if finding.place and finding.place.line:
        yield "Place", f"<code>{html(str(finding.place))}</code>"
    yield "Constraint", f"{html(finding.rule)} {_of_shape(finding)}".rstrip()
    for other in finding.related:
        if other.place and other.place != finding.place:
            named = html(report.name_in(other.term, other.language))
            yield "Also", f"<code>{html(str(other.place))}</code> {named}"
    if finding.passage:
        yield report.stated_in.capitalize(), html(report.name(finding.passage))
    if because := [html(text) for _, text in reasons(report, finding)]:
        yield "Because", f"<ul>{''.join(f'<li>{each}</li>' for each in because)}</ul>"
    if finding.inferred:
        yield "Inferred", html(finding.inferred)
    if finding.hint:
        yield "Hint", html(finding.hint)
    if finding.paste:
        yield "Paste", f"<code>{html(finding.paste)}</code>"


def _of_shape(finding: Finding) -> str:
    return f'<span class="soft">of {html(finding.shape)}</span>' if finding.shape else ""


def _marked(line: str, column: int | None) -> str:
    """The line, or the part of a long one around the column, with the term at the column marked."""
    shown, start, length = shown_line(line, column)
    end = start + length
    return f"{html(shown[:start])}<mark>{html(shown[start:end])}</mark>{html(shown[end:])}"


def _listed(name: str, title: str, texts: Sequence[str]) -> Iterable[str]:
    if texts:
        items = "".join(f"<li>{html(text)}</li>\n" for text in texts)
        yield f'<section id="{name}" aria-labelledby="h-{name}">\n<h2 id="h-{name}">{title}</h2>\n'
        yield f"<ul>\n{items}</ul>\n</section>\n"
