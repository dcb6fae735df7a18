"""Opens videos and sounds: the container is read to its end, and the first picture or sound is decoded."""

from typing import Any

from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.found import EMPTY, MediumInput, OpenedMedium
from labelwright.tasktypes.media.sniffing import box

NO_VIDEO = "The file is no video that can be read."
NO_AUDIO = "The file is no recording that can be read."
CUT_OFF = "The file is cut off."

_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,flac,aac,avi,mpegts,mpeg,flv,asf,aiff,amr"
"""Formats that are opened. None of them names other files or addresses, as playlists do."""

VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1"})
AUDIO_CODECS = frozenset({"aac", "mp3", "mp3float", "opus", "vorbis", "flac"})
"""Codecs that browsers play, besides sounds that are not compressed."""

SHOWN_IN = {
    "mov": "mp4",
    "matroska": "webm",
    "ogg": "ogg",
    "mp3": "mpeg",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
}
"""Containers that browsers play, by the first of their names, and what media types call them."""

_BOXES = frozenset(b"ftyp moov mdat moof mfra sidx styp free skip wide uuid meta".split())
"""Boxes at the top of an MP4 file."""

_TICKS = 1_000_000
"""In a second, of what containers say about themselves."""


def open_video(given: MediumInput) -> OpenedMedium:
    """Probe a video, and decode its first picture.

    Raises:
        InvalidContent: it is no video, cut off, or one that browsers do not play.
    """
    return _opened(given, "video", NO_VIDEO)


def open_audio(given: MediumInput) -> OpenedMedium:
    """Probe a recording, and decode its first sounds.

    Raises:
        InvalidContent: it is no recording, cut off, or one that browsers do not play.
    """
    return _opened(given, "audio", NO_AUDIO)


def _opened(given: MediumInput, medium: str, message: str) -> OpenedMedium:
    import av

    if not given.path.stat().st_size:
        raise InvalidContent(EMPTY)
    if given.mime_type.startswith("image/"):
        # HEIC and AVIF are built like MP4, and their pictures are coded like those of videos.
        raise InvalidContent(message)
    _check_ends(given)
    options = {"protocol_whitelist": "file", "format_whitelist": _CONTAINERS}
    try:
        with av.open(f"file:{given.path}", options=options, metadata_errors="replace") as container:
            streams = container.streams.video if medium == "video" else container.streams.audio
            stream: Any = next((one for one in streams if not _is_cover(one)), None)
            if stream is None:
                raise InvalidContent(message)
            _check_playable(container, stream, medium)
            frame = next(iter(container.decode(stream)), None)
            if frame is None:
                raise InvalidContent(message)
            size = _size(stream, frame) if medium == "video" else (None, None)
            _check_packets(container, stream)
            return OpenedMedium(_type(given.mime_type, medium, _form(container)), *size)
    except (InvalidContent, MemoryError):
        raise
    except Exception as error:
        raise InvalidContent(message) from error


def _type(mime_type: str, medium: str, form: str) -> str:
    """The media type of a file: where the first bytes speak of another medium, the request is right."""
    return mime_type if mime_type.startswith(f"{medium}/") else f"{medium}/{SHOWN_IN[form]}"


def _form(container: Any) -> str:
    return str(container.format.name.partition(",")[0])


def _is_cover(stream: Any) -> bool:
    """Whether a stream is the cover of a record."""
    return bool(getattr(stream.disposition, "name", "") and "attached_pic" in str(stream.disposition))


def _check_playable(container: Any, stream: Any, medium: str) -> None:
    form = _form(container)
    name = stream.codec_context.name
    known = VIDEO_CODECS if medium == "video" else AUDIO_CODECS
    codec = stream.codec.canonical_name if hasattr(stream.codec, "canonical_name") else name
    playable = codec in known or name in known or (medium == "audio" and codec.startswith("pcm_"))
    if form not in SHOWN_IN or not playable:
        raise NotDisplayable(f"Browsers do not play {codec} in {container.format.long_name}.")


def _size(stream: Any, frame: Any) -> tuple[int, int]:
    """Width and height as players show them: with square pixels, and turned as the recording device says."""
    width, height = frame.width, frame.height
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if aspect and aspect > 0 and aspect != 1:
        if aspect > 1:
            width = round(width * aspect)
        else:
            height = round(height / aspect)
    turned = abs(int(frame.rotation)) % 180 == 90
    return (height, width) if turned else (width, height)


def _check_packets(container: Any, stream: Any) -> None:
    """Read the container to its end: as many packets and seconds must be there as its headers promise.

    Raises:
        InvalidContent: there are fewer.
    """
    container.seek(0)
    packets, end = 0, 0.0
    for packet in container.demux():
        if packet.size and packet.stream is stream:
            packets += 1
        if packet.pts is not None and packet.time_base:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    # Of sounds that are not compressed the index counts samples.
    indexed = _form(container) == "mov" and stream.type == "video"
    start = max(0.0, (container.start_time or 0) / _TICKS)
    promised = start + (container.duration or 0) / _TICKS
    if (indexed and packets < stream.frames) or end < promised * 0.95 - 0.5:
        raise InvalidContent(CUT_OFF)


def _check_ends(given: MediumInput) -> None:
    """Refuse files whose own lengths say that something is missing.

    Raises:
        InvalidContent: this one's do.
    """
    end = given.path.stat().st_size
    with given.path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF":
            size = int.from_bytes(head[4:8], "little")
            # Recorders that write into a pipe leave the length open.
            if size not in {0, 0xFFFFFFFF} and size > end - 8 + 1 and head[8:12] == b"AVI ":
                raise InvalidContent(CUT_OFF)
            if head[8:12] == b"WAVE" and not _wave_ends(file, end):
                raise InvalidContent(CUT_OFF)
        if given.mime_type not in {"video/mp4", "video/quicktime", "audio/mp4"}:
            return
        at = 0
        while at < end:
            file.seek(at)
            found = box(file.read(16), 0, end - at)
            if found is None or found[0] not in _BOXES:
                # Players overlook what stands behind the last box.
                return
            if at + found[2] > end:
                raise InvalidContent(CUT_OFF)
            at += found[2]


def _wave_ends(file: Any, end: int) -> bool:
    at = 12
    while at + 8 <= end:
        file.seek(at)
        part = file.read(8)
        size = int.from_bytes(part[4:], "little")
        if part[:4] == b"data":
            return size in {0, 0xFFFFFFFF} or at + 8 + size <= end + 1
        at += 8 + size + size % 2
    return True
