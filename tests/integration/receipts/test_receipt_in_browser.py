"""The page in a real browser: its style passes its own content policy, it fits a phone, and no cell can run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from territoires.receipts.model import Reason, RefusedRow
from territoires.receipts.render import render_html
from tests.unit.receipts.making import HOSTILE, receipt

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install -y chromium")

# Chromium's window is never narrower than 500 pixels: a frame is, and its page measures it.
PROBE = """<!doctype html><body style="margin:0">
<iframe id="f" src="{page}" style="border:0;width:{width}px;height:{height}px"></iframe><pre id="r"></pre>
<script>
document.getElementById('f').onload = event => {{
  const page = event.target.contentDocument, root = page.documentElement;
  const style = event.target.contentWindow.getComputedStyle(page.querySelector('.bandeau'));
  const wide = [...page.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > {width} + 1);
  document.getElementById('r').textContent = JSON.stringify({{
    width: root.scrollWidth, band: style.backgroundColor, rows: page.querySelectorAll('.detail tbody').length,
    title: page.title, scripts: page.scripts.length, pwned: event.target.contentWindow.pwned === true,
    wide: wide.map(e => e.className + ' ' + e.tagName),
    card: event.target.contentWindow.getComputedStyle(page.querySelector('.detail td')).display,
  }});
}};
</script>"""


def chromium(folder: Path, *arguments: str) -> str:
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
    command += ["--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    return done.stdout.decode()


def measured(folder: Path, html: str, width: int) -> dict[str, Any]:
    (folder / "recu.html").write_text(html, encoding="utf-8")
    probe = folder / "probe.html"
    probe.write_text(PROBE.format(page=escape("recu.html"), width=width, height=900), encoding="utf-8")
    dom = chromium(folder, "--virtual-time-budget=5000", "--dump-dom", probe.as_uri())
    found = re.search(r'<pre id="r">(.+?)</pre>', dom)
    assert found is not None, "the probe measured nothing"
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


@pytest.mark.parametrize(("width", "display"), [(320, "block"), (1100, "table-cell")])
def test_the_page_fits_a_phone_and_a_desk(tmp_path: Path, width: int, display: str) -> None:
    seen = measured(tmp_path, render_html(receipt()), width)
    assert (seen["width"], seen["wide"]) == (width, [])
    assert seen["band"] == "rgb(0, 0, 145)", "the style was not applied: does its digest match the content policy?"
    assert (seen["rows"], seen["card"]) == (4, display)


def test_a_hostile_file_neither_runs_nor_widens_the_page(tmp_path: Path) -> None:
    bad = '<script>window.pwned = true</script><img src=x onerror="window.pwned=true">' + HOSTILE
    row = RefusedRow(2, {bad: bad}, (Reason(bad, bad, bad, bad, bad),))
    hostile = receipt(file_name=bad, layout=(bad,), columns={bad: bad}, ignored=(bad,), refused=(row,))
    seen = measured(tmp_path, render_html(hostile), 320)
    assert (seen["pwned"], seen["scripts"]) == (False, 0)
    assert (seen["width"], seen["wide"]) == (320, [])


def test_the_content_policy_stops_what_escaping_would_have_missed(tmp_path: Path) -> None:
    """If a template ever let markup through, the page still runs nothing."""
    html = render_html(receipt()).replace("</main>", "<script>window.pwned = true</script></main>")
    assert measured(tmp_path, html, 1100)["pwned"] is False


def test_the_page_can_be_printed(tmp_path: Path) -> None:
    (tmp_path / "recu.html").write_text(render_html(receipt()), encoding="utf-8")
    chromium(tmp_path, f"--print-to-pdf={tmp_path / 'recu.pdf'}", (tmp_path / "recu.html").as_uri())
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "recu.pdf").read_bytes())
    assert 1 <= len(pages) <= 4
