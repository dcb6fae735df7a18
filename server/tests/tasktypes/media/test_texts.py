"""Which encoding a text is in."""

import pytest

from labelwright.tasktypes.contents import InvalidContent
from labelwright.tasktypes.media.texts import decode

SAMPLES = [
    ("cp1252", "Die Größe beträgt 5 €, naïve façade – “quote”."),
    ("cp1252", "Crème brûlée"),
    ("cp1252", "¿Qué pasa, señor? ¡Olé!"),
    ("cp1252", "smörgåsbord på Åland"),
    ("cp1252", "São Paulo, coração"),
    ("cp1252", "Þetta er íslenska, það er gaman"),
    ("cp1251", "Привет, как дела? Это текст."),
    ("cp1251", "Москва"),
    ("koi8_r", "Привет, как дела? Это текст."),
    ("cp866", "Привет, как дела? Это текст."),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("cp1250", "Zażółć gęślą jaźń"),
    ("cp1253", "Καλημέρα κόσμε, τι κάνεις;"),
    ("cp1255", "זהו טקסט ארוך יותר בעברית שנועד לבדוק את זיהוי הקידוד של קבצים ישנים."),
    ("cp1256", "مرحبا بالعالم كيف حالك"),
    ("cp874", "ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชีย"),
    ("cp932", "日本語の文章です。"),
    ("cp932", "カタカナ"),
    ("euc_jp", "これは日本語のテキストです。"),
    ("iso2022_jp", "これは日本語のテキストです。"),
    ("gb18030", "这是一个中文文本，用于测试。"),
    ("big5", "這是一個中文文本。"),
    ("cp949", "안녕하세요 이것은 한국어 텍스트입니다."),
    ("utf-8", "Grüße, 日本語, Привет"),
    ("utf-8-sig", "Grüße"),
    ("utf-16", "Grüße"),
    ("utf-16-le", "Plain words without a mark"),
    ("utf-16-be", "Plain words without a mark"),
    ("utf-32", "Grüße"),
    ("utf-32-le", "Plain words"),
]


@pytest.mark.parametrize(("encoding", "text"), SAMPLES)
def test_f11_texts_that_declare_nothing_are_read_right(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("iso-8859-2", "iso8859_2", "Příliš"),
        ("ISO-8859-1", "cp1252", "5 €"),
        ("windows-1257", "cp1257", "Ąžuolas"),
        ("x-sjis", "cp932", "日本語"),
        ("gb2312", "gb18030", "镕"),
        ("utf-8", "cp1252", "Größe"),
        ("iso-8859-1", "utf-8", "Größe"),
        ("ascii", "utf-8", "Größe"),
        ("no-such-thing", "utf-8", "Größe"),
        ("base64", "utf-8", "R3LDvMOfZQ=="),
        ("utf-16", "utf-16-le", "Größe"),
        ("utf-8", "utf-16", "Größe"),
        ("koi8-r", "koi8_r", "да"),
    ],
)
def test_f11_what_is_declared_counts_where_it_can_be_true(declared: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), declared) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"a\0b",
        b"\xff\xfea",
        b"\xef\xbb\xbf\xff",
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x01\x02\x03",
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
def test_f11_bytes_are_no_text(data: bytes, declared: str) -> None:
    with pytest.raises(InvalidContent):
        decode(data, declared)


def test_f11_there_are_never_replacement_characters() -> None:
    for encoding, text in SAMPLES:
        for cut in (1, 2, 3):
            try:
                read = decode(text.encode(encoding)[:-cut])
            except InvalidContent:
                continue
            assert "\ufffd" not in read
