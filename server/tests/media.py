"""Files of every medium, made small: whole, cut off, in odd forms, and damaged."""

import io
import struct
import tempfile
import wave
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 64, 40
MARK = (50, 30, 60, 38)
"""Where every picture is red: its corners, upright."""

HTML = b"<html><body>Please log in</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="40"><rect width="9" height="9"/></svg>'
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def drawn(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A white picture with a red mark."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle(MARK, fill="red")
    return image if mode == "RGB" else image.convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """A picture in a format of Pillow's."""
    made = io.BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def oriented(form: str, orientation: int) -> bytes:
    """A picture with an orientation in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(drawn(), form, exif=exif)


def scaled(orientation: int = 1) -> bytes:
    """A JPEG file that browsers show at half its size: 144 dots per inch, and sides that fit to it, in EXIF."""
    entries = [(0x0112, 3, 1, orientation), (0x011A, 5, 1, 74), (0x011B, 5, 1, 82), (0x0128, 3, 1, 2)]
    exif = b"II*\0" + struct.pack("<IH", 8, 5)
    for entry in [*entries, (0x8769, 4, 1, 90)]:
        exif += struct.pack("<HHII", *entry)
    exif += bytes(4) + struct.pack("<4I", 144, 1, 144, 1) + struct.pack("<H", 2)
    for tag, side in ((0xA002, WIDTH // 2), (0xA003, HEIGHT // 2)):
        exif += struct.pack("<HHII", tag, 4, 1, side)
    return saved(drawn(), "JPEG", exif=b"Exif\0\0" + exif + bytes(4))


def cropped() -> bytes:
    """An AVIF file with a clean aperture at its corner, which only some programs follow."""
    data = saved(drawn(), "AVIF")
    crop = struct.pack(">I4s8i", 40, b"clap", WIDTH // 2, 1, HEIGHT // 2, 1, -WIDTH // 4, 1, -HEIGHT // 4, 1)
    of_item = data.index(b"ipma") + 14
    end = of_item + 1 + data[of_item]
    # Every property belongs to the only item.
    at, known = data.index(b"ipma") - 4, data[of_item]
    made = bytearray(data[:at] + crop + data[at:end] + bytes([0x80 | known + 1]) + data[end:])
    made[of_item + len(crop)] += 1
    for name, more in ((b"meta", 41), (b"iprp", 41), (b"ipco", 40), (b"ipma", 1)):
        place = made.index(name) - 4
        struct.pack_into(">I", made, place, int.from_bytes(made[place : place + 4], "big") + more)
    # Where the pixels are, in the only extent of the only item.
    place = made.index(b"iloc") + 18
    struct.pack_into(">I", made, place, int.from_bytes(made[place : place + 4], "big") + 41)
    return bytes(made)


def with_xmp(form: str) -> bytes:
    """A picture that only XMP turns."""
    if form != "PNG":
        return saved(drawn(), form, xmp=XMP)
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(drawn(), "PNG", pnginfo=info)


def late_exif() -> bytes:
    """A PNG file with its EXIF behind the pixels, where browsers do not look."""
    data = oriented("PNG", 6)
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")
    return data[:at] + data[end:-12] + data[at:end] + data[-12:]


def animated(form: str) -> bytes:
    """Two frames."""
    return saved(drawn(), form, save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT), "blue")])


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def large_png(width: int, height: int) -> bytes:
    """A whole PNG file of any size, in few bytes: bits that are all zero."""
    packed = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def large_jpeg(width: int, height: int) -> bytes:
    """The beginning of a JPEG file that says that it is large."""
    data = saved(drawn(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 : -40]


def apple_png() -> bytes:
    """A PNG file as Apple's tools change it for telephones."""
    data = saved(drawn(), "PNG")
    return data[:8] + chunk(b"CgBI", b"\x50\0\x20\x02") + data[8:]


def backwards_bmp() -> bytes:
    """A bitmap with a negative width."""
    data = saved(drawn(), "BMP")
    return data[:18] + struct.pack("<i", -WIDTH) + data[22:]


def clip(
    form: str = "mp4",
    codec: str = "libx264",
    *,
    rotation: int = 0,
    aspect: Fraction | None = None,
    frames: int = 4,
    **options: str,
) -> bytes:
    """A video of a few frames, ``WIDTH`` x ``HEIGHT``.

    Args:
        form: the container.
        codec: of the pictures.
        rotation: degrees that the recording device was turned by.
        aspect: of one pixel, width to height.
        frames: how many.
        options: of the container.
    """
    import av

    with (
        tempfile.NamedTemporaryFile() as made,
        av.open(made.name, "w", format=form, options=options) as container,
    ):
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        if aspect is not None:
            stream.sample_aspect_ratio = aspect
        for number in range(frames):
            picture = np.full((HEIGHT, WIDTH, 3), 40 * number, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        container.close()
        return turned(Path(made.name).read_bytes(), rotation)


def turned(clip: bytes, degrees: int) -> bytes:
    """An MP4 file with the matrix of a phone that was turned: in the header of its track."""
    if not degrees:
        return clip
    a, b = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = struct.pack(">9i", a << 16, b << 16, 0, -b << 16, a << 16, 0, 0, 0, 1 << 30)
    at = clip.index(b"tkhd") + 4 + 40
    return clip[:at] + matrix + clip[at + 36 :]


def sound() -> bytes:
    """A tenth of a second of silence, as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(1600))
    return made.getvalue()


def song(form: str = "mp3", codec: str = "libmp3lame") -> bytes:
    """A quarter of a second of a tone, in a container."""
    import av

    with tempfile.NamedTemporaryFile() as made, av.open(made.name, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=48_000)
        tone = (np.sin(np.arange(12_000) / 20) * 8000).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(
            stream.format.name, stream.layout.name, 48_000, stream.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(piece):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        container.close()
        return Path(made.name).read_bytes()


def pdf(pages: int = 2) -> bytes:
    """A PDF document of empty pages."""
    import pypdfium2

    document: Any = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


WHOLE: Mapping[str, Callable[[], bytes]] = {
    "a.png": lambda: saved(drawn(), "PNG"),
    "a.jpg": lambda: saved(drawn(), "JPEG"),
    "a.gif": lambda: animated("GIF"),
    "a.webp": lambda: saved(drawn(), "WEBP"),
    "a.avif": lambda: saved(drawn(), "AVIF"),
    "a.bmp": lambda: saved(drawn(), "BMP"),
    "a.ico": lambda: saved(drawn(), "ICO", sizes=[(16, 16), (WIDTH, HEIGHT)]),
    "a.tif": lambda: saved(drawn(), "TIFF"),
    "a.jp2": lambda: saved(drawn(), "JPEG2000"),
    "a.mp4": clip,
    "a.webm": lambda: clip("webm", "libvpx"),
    "a.wav": sound,
    "a.mp3": song,
    "a.flac": lambda: song("flac", "flac"),
    "a.ogg": lambda: song("ogg", "libopus"),
    "a.pdf": pdf,
}
"""A whole file of each format, by its name."""

PICTURES = tuple(
    name for name in WHOLE if name.partition(".")[2] in "png jpg gif webp avif bmp ico tif jp2".split()
)
CLIPS = ("a.mp4", "a.webm")
SOUNDS = ("a.wav", "a.mp3", "a.flac", "a.ogg")


def heic(turns: int = 0) -> bytes:
    """A HEIC file of 96 x 64 pixels: one picture of HEVC in the boxes of ISO 23008-12.

    Args:
        turns: quarters of a turn that it says are to be made, 0 or 1.
    """
    return (Path(__file__).parent / "pictures" / f"{'turned' if turns else 'upright'}.heic").read_bytes()
