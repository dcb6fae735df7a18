"""What the server says of pictures and videos is what a real browser shows."""

import base64
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from server.tests import media

from labelwright.tasktypes.media.child import opened
from labelwright.tasktypes.media.sniffing import HEAD, sniff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SHOWN = """async ([tag, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const shown = document.createElement(tag);
  await new Promise((resolve, reject) => {
    shown.onload = shown.onloadeddata = resolve;
    shown.onerror = () => reject(new Error("cannot be shown"));
    shown.src = URL.createObjectURL(new Blob([bytes], { type }));
  });
  return tag === "img" ? [shown.naturalWidth, shown.naturalHeight] : [shown.videoWidth, shown.videoHeight];
}"""

PICTURES: Mapping[str, Callable[[], bytes]] = {
    **{name: media.WHOLE[name] for name in media.PICTURES if name not in {"a.tif", "a.jp2"}},
    **{
        f"{form} {n}": lambda form=form, n=n: media.oriented(form, n)
        for form in ("JPEG", "PNG", "WEBP", "AVIF")
        for n in (3, 6)
    },
    **{
        f"{form} with XMP": lambda form=form: media.with_xmp(form) for form in ("JPEG", "PNG", "WEBP", "AVIF")
    },
    "late": media.late_exif,
    **{f"scaled {n}": lambda n=n: media.scaled(n) for n in (1, 6)},
    "cropped": media.cropped,
    **{f"animated {form}": lambda form=form: media.animated(form) for form in ("GIF", "WEBP", "AVIF", "PNG")},
}
VIDEOS: Mapping[str, Callable[[], bytes]] = {
    **{name: media.WHOLE[name] for name in media.CLIPS},
    **{f"turned by {n}": lambda n=n: media.clip(rotation=n) for n in (90, 180, 270)},
    "wide pixels": lambda: media.clip(aspect=Fraction(4, 3)),
    "high pixels, turned": lambda: media.clip(aspect=Fraction(2, 3), rotation=90),
}


def test_f08_sizes_are_those_that_a_browser_shows(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    said, seen = {}, {}
    for tag, files in (("img", PICTURES), ("video", VIDEOS)):
        for name, make in files.items():
            data = make()
            (tmp_path / "file").write_bytes(data)
            found = opened("image" if tag == "img" else "video", tmp_path / "file", tmp_path / "copy")
            said[name] = [found.width, found.height]
            shown = (tmp_path / "copy").read_bytes() if found.copy_type else data
            kind = found.copy_type or sniff(data[:HEAD])
            seen[name] = page.evaluate(SHOWN, [tag, kind, base64.b64encode(shown).decode()])
    page.close()
    assert said == seen
