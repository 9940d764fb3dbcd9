#!/usr/bin/env python3
"""Draws the results of demo --json, bench --json and bare-database.sh as an SVG.

    loadtest/plot.py out.svg [name=]run.json...

Each file holds one result, as its last line or as a whole. Runs of the demo become messages a second and heap over time, a
line each; results of bench and of bare-database.sh become bars of journal rows a second, and of CPU a message. A run is
called by its file, or by the name before it. The same input makes the same file, byte for byte.
"""

import json
import math
import sys
from html import escape
from pathlib import Path

WIDTH = 800
LEFT, RIGHT = 72, 24
COLOURS = 6
MB = 'heap after the last collection, MB'
STYLE = """
    text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; font-size: 13px; fill: #1a2230; }
    .ground { fill: #ffffff; stroke: #dfe4ec; } .grid { stroke: #e6eaf0; } .axis { stroke: #8b97a8; }
    .soft { fill: #5b6675; } .title { font-weight: 600; } .end { text-anchor: end; } .middle { text-anchor: middle; }
    polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
    .l0 { stroke: #2f6f9f; } .l1 { stroke: #b0602a; } .l2 { stroke: #2c7a4b; }
    .l3 { stroke: #7257a8; } .l4 { stroke: #b63a34; } .l5 { stroke: #6b7686; }
    .f0 { fill: #2f6f9f; } .f1 { fill: #b0602a; } .f2 { fill: #2c7a4b; }
    .f3 { fill: #7257a8; } .f4 { fill: #b63a34; } .f5 { fill: #6b7686; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e7ebf1; } .ground { fill: #191f28; stroke: #2c3440; } .grid { stroke: #2c3440; } .axis { stroke: #6b7686; }
      .soft { fill: #9aa5b4; }
      .l0 { stroke: #6aa5d8; } .l1 { stroke: #dfa06a; } .l2 { stroke: #4eb27a; }
      .l3 { stroke: #a994dd; } .l4 { stroke: #e2736c; } .l5 { stroke: #9aa5b4; }
      .f0 { fill: #6aa5d8; } .f1 { fill: #dfa06a; } .f2 { fill: #4eb27a; }
      .f3 { fill: #a994dd; } .f4 { fill: #e2736c; } .f5 { fill: #9aa5b4; }
    }"""


class BadInput(Exception):
    """What the caller gave can't be drawn; the message says why."""


def read(path):
    """The result that the file holds."""
    try:
        text = Path(path).read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(f'{path}: {getattr(e, "strerror", None) or "is no text"}') from e
    lines = [line for line in text.splitlines() if line.strip()]
    for candidate in (text, lines[-1] if lines else ''):
        try:
            result = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(result, dict):
            return result
    raise BadInput(f'{path}: neither the file nor its last line is a JSON object')


def kind(path, result):
    """Which command made it: demo, bench or bare."""
    if 'ledger' in result:
        if len(result.get('samples', [])) < 2:
            raise BadInput(f'{path}: a run of the demo without samples over time')
        return 'demo'
    if 'journal_rows_per_second' in result:
        return 'bench'
    if 'batches of 500' in result:
        return 'bare'
    raise BadInput(f'{path}: no result of demo, bench or bare-database.sh')


def number(value):
    return f'{value:,.0f}'


def coordinate(value):
    return f'{value:.1f}'.rstrip('0').rstrip('.')


def ticks(most, count):
    """Round steps from 0 to at least the most."""
    if most <= 0:
        most = 1
    raw = most / count
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999999)
    return [step * i for i in range(math.ceil(most / step - 1e-9) + 1)]


def label(tick):
    return f'{tick:,.0f}' if tick == round(tick) else f'{tick:,g}'


def text(x, y, content, classes=''):
    return f'<text x="{coordinate(x)}" y="{coordinate(y)}" class="{classes}">{escape(content)}</text>'


def line(x1, y1, x2, y2, classes):
    return (f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}" '
            f'class="{classes}"/>')


def rates(samples):
    """Messages a second from sample to sample, each at the middle of its time; a short last step counts with the one before."""
    points = [(s['seconds'], s['messages']) for s in samples]
    if len(points) > 2 and points[-1][0] - points[-2][0] < (points[-2][0] - points[-3][0]) / 2:
        del points[-2]
    return [((a[0] + b[0]) / 2, max(0, (b[1] - a[1]) / (b[0] - a[0])))
            for a, b in zip(points, points[1:]) if b[0] > a[0]]


def panel(top, height, title, series, most_x):
    """Lines over seconds, with their axes."""
    out = [text(LEFT, top - 12, title, 'title')]
    y_ticks = ticks(max((y for points in series for _, y in points), default=1), 4)
    x_ticks = ticks(most_x, 8)
    right, bottom = WIDTH - RIGHT, top + height

    def at_x(x):
        return LEFT + x / x_ticks[-1] * (right - LEFT)

    def at_y(y):
        return bottom - y / y_ticks[-1] * height

    for tick in y_ticks:
        out.append(line(LEFT, at_y(tick), right, at_y(tick), 'grid' if tick else 'axis'))
        out.append(text(LEFT - 8, at_y(tick) + 4, label(tick), 'soft end'))
    for tick in x_ticks:
        out.append(line(at_x(tick), bottom, at_x(tick), bottom + 4, 'axis'))
        out.append(text(at_x(tick), bottom + 19, label(tick), 'soft middle'))
    out.append(text((LEFT + right) / 2, bottom + 38, 'seconds since the start', 'soft middle'))
    for i, points in enumerate(series):
        path = ' '.join(f'{coordinate(at_x(x))},{coordinate(at_y(y))}' for x, y in points)
        out.append(f'<polyline points="{path}" class="l{i % COLOURS}"/>')
    return out


def demo(runs):
    """Rate and heap over time."""
    out, y = [], 30
    for i, (name, result) in enumerate(runs):
        said = (f'{name}: {number(result["ledger"]["targeted"])} messages, {number(result["messages_per_second"])} a second; '
                f'the first tenth {number(result["first_tenth_per_second"])}, the last {number(result["last_tenth_per_second"])}')
        out.append(f'<rect x="{LEFT}" y="{y - 8}" width="18" height="4" rx="2" class="f{i % COLOURS}"/>')
        out.append(text(LEFT + 26, y, said))
        y += 20
    most_x = max(result['samples'][-1]['seconds'] for _, result in runs)
    top = y + 28
    out += panel(top, 200, 'messages a second', [rates(result['samples']) for _, result in runs], most_x)
    top += 200 + 84
    heap = [[(s['seconds'], s['heap_used_mb']) for s in result['samples']] for _, result in runs]
    out += panel(top, 140, MB, heap, most_x)
    return out, top + 140 + 54


def bars(top, title, rows, parts=None):
    """Horizontal bars: rows are names with their values, one value a part."""
    out = [text(24, top - 12, title, 'title')]
    left, right, thick, gap = 300, WIDTH - 84, 22, 12
    x_ticks = ticks(max(sum(values) for _, values in rows), 5)
    bottom = top + len(rows) * (thick + gap)

    def at_x(x):
        return left + x / x_ticks[-1] * (right - left)

    for tick in x_ticks:
        out.append(line(at_x(tick), top, at_x(tick), bottom, 'grid' if tick else 'axis'))
        out.append(text(at_x(tick), bottom + 17, label(tick), 'soft middle'))
    for i, (name, values) in enumerate(rows):
        y, x = top + gap / 2 + i * (thick + gap), 0
        out.append(text(left - 10, y + 15, name, 'end'))
        for part, value in enumerate(values):
            width = at_x(x + value) - at_x(x)
            out.append(f'<rect x="{coordinate(at_x(x))}" y="{coordinate(y)}" width="{coordinate(width)}" height="{thick}" '
                       f'class="f{part}"/>')
            x += value
        out.append(text(at_x(x) + 6, y + 15, number(x), 'soft'))
    for part, name in enumerate(parts or []):
        x = left + part * 130
        out.append(f'<rect x="{x}" y="{coordinate(bottom + 32)}" width="12" height="12" rx="2" class="f{part}"/>')
        out.append(text(x + 18, bottom + 42.5, name, 'soft'))
    return out, bottom + (50 if parts else 24)


def bench(runs):
    """Herald's journal beside the stock one and the bare database."""
    speed, cost = [], []
    for name, which, result in runs:
        if which == 'bare':
            speed.append((name or 'bare database, 500 rows a commit', [result['batches of 500']['rows_per_second']]))
            if 'single' in result and not name:
                speed.append(('bare database, one row a commit', [result['single']['rows_per_second']]))
        else:
            stock = result['journal'] == 'stock'
            shown = name or ('stock journal, without views' if stock else "Herald's journal, with views")
            speed.append((shown, [result['journal_rows_per_second']]))
            cpu = result['cpu_us_per_message']
            cost.append((shown, [cpu['jvm'], cpu['postgresql']]))
    out, end = bars(48, 'journal rows a second', speed)
    if cost:
        more, end = bars(end + 52, 'CPU a message, microseconds', cost, ['JVM', 'PostgreSQL'])
        out += more
    return out, end + 18


def picture(named):
    """The SVG of these results."""
    kinds = {which for _, _, which, _ in named}
    if 'demo' in kinds and len(kinds) > 1:
        raise BadInput("runs of the demo and results of bench don't go into one picture")
    try:
        if kinds == {'demo'}:
            out, height = demo([(name or Path(path).stem, result) for path, name, _, result in named])
        else:
            out, height = bench([(name, which, result) for _, name, which, result in named])
    except (KeyError, TypeError, IndexError) as e:
        raise BadInput(f'a result is not whole: {e!r}') from e
    body = '\n'.join('  ' + element for element in out)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{coordinate(height)}" '
            f'viewBox="0 0 {WIDTH} {coordinate(height)}" role="img" aria-label="{escape(ABOUT[kinds == {"demo"}])}">\n'
            f'  <style>{STYLE}\n  </style>\n'
            f'  <rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{coordinate(height - 1)}" rx="8" class="ground"/>\n'
            f'{body}\n</svg>\n')


ABOUT = {True: 'Messages a second and heap of a run over time', False: 'What the journal can do'}


def main(arguments):
    if len(arguments) < 2 or arguments[0] in ('-h', '--help'):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    target, *files = arguments
    try:
        if not target.endswith('.svg'):
            raise BadInput(f'{target}: the picture comes first, and ends in .svg')
        named = []
        for file in files:
            name, sign, path = file.partition('=')
            if not sign or Path(file).exists():
                name, path = '', file
            result = read(path)
            named.append((path, name, kind(path, result), result))
        svg = picture(named)
        try:
            Path(target).write_text(svg, encoding='utf-8')
        except OSError as e:
            raise BadInput(f'{target}: {e.strerror}') from e
    except BadInput as e:
        print(f'plot.py: {e}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
