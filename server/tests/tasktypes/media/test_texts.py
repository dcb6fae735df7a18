"""Which encoding a text is in."""

import pytest

from labelwright.tasktypes.attachment_readers import InvalidContent
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
    ("utf-16-le", "Привет, как дела?"),
    ("utf-16-le", "Zażółć gęślą jaźń, łódź"),
    ("utf-16-be", "Tiếng Việt rất hay"),
    ("utf-16-be", "Привет"),
    ("utf-16-le", "こんにちは"),
    ("utf-16-be", "商品が届きました。とても良いです。"),
    ("utf-16-le", "这是一个中文文本。"),
    ("utf-16-be", "안녕하세요 이것은 한국어 텍스트입니다."),
    ("utf-16-le", "שלום"),
    ("utf-16-be", "ประเทศไทย"),
    ("utf-32-be", "日本語"),
    ("cp1252", "Straße"),
    ("cp1252", "Nicht gut, würde ich nie wieder kaufen"),
    ("cp1252", "Très bon produit, je recommande à tous"),
    ("cp1252", "El producto llegó roto y nadie contesta el teléfono"),
    ("cp1252", "The café’s “special” costs 5€"),
    ("cp1252", "100 °C"),
    ("cp1252", '{"name": "Jürgen", "city": "Düsseldorf"}'),
    ("iso8859_15", "Prix : 5 €"),
    ("mac_roman", "Je suis très déçu de cette commande, le colis est arrivé cassé."),
    ("cp850", "Schöne Grüße aus München"),
    ("cp1254", "Kargo çok hızlı geldi, teşekkürler"),
    ("cp1254", "Türkçe çok güzel bir dil"),
    ("iso8859_9", "Çalışmıyor"),
    ("cp1257", "Labai geras produktas, rekomenduoju visiems draugams. Ačiū už pagalbą!"),
    ("cp1257", "Ļoti laba grāmata, iesaku visiem izlasīt"),
    ("cp1250", "A szállítás késett, és senki sem válaszolt a levelemre"),
    ("cp1250", "Árvíztűrő tükörfúrógép"),
    ("iso8859_2", "Jedzenie było zimne, a obsługa niemiła. Nie polecam."),
    ("cp1250", "Zboží dorazilo poškozené a nikdo mi neodpovídá"),
    ("cp1251", "Много добър продукт, препоръчвам го"),
    ("cp1251", "Дуже смачна їжа, рекомендую всім"),
    ("cp1251", "id,name,comment\n1,Ivan,Хорошо\n2,Petr,Плохо\n"),
    ("koi8_r", "Не работает"),
    ("koi8_u", "Київ"),
    ("iso8859_5", "Спасибо за быструю доставку!"),
    ("cp1253", "Δεν δουλεύει"),
    ("cp1255", "תודה רבה"),
    ("cp1256", "خدمة ممتازة وسريعة، شكرا لكم"),
    ("cp874", "ขอบคุณมากครับ"),
    ("cp932", "料理が冷めていて、店員の態度も悪かった"),
    ("euc_jp", "ありがとうございます"),
    ("gb18030", "东西很好，物流很快，下次还会再来"),
    ("gb18030", "谢谢！我要退货，请尽快处理"),
    ("big5", "服務態度太差了，菜也是涼的"),
    ("cp949", "환불해 주세요"),
]

EITHER = [
    ("cp1254", "İstanbul"),
    ("cp1254", "Ağaç"),
    ("cp1254", "isim;şehir\nAyşe;İzmir\nOğuz;Muğla\n"),
    ("cp1257", "Lietuva yra graži šalis"),
    ("cp1257", "Ačiū"),
    ("cp1250", "Dobrý den"),
    ("cp1250", "děkuji"),
    ("cp1250", "őrült tűz"),
    ("cp1250", "Bună ziua"),
    ("cp1252", "Año"),
    ("cp1252", "åäö"),
    ("cp1251", "да"),
    ("cp1251", "ОЧЕНЬ ПЛОХО"),
    ("koi8_r", "ОЧЕНЬ ПЛОХО"),
    ("cp1253", "ΚΑΛΗΜΕΡΑ"),
    ("cp1255", "לא עובד"),
    ("cp874", "สวัสดี"),
    ("cp932", "ﾊﾝｶｸ"),
    ("big5", "謝謝"),
    ("gb18030", "张伟"),
    ("utf-16-le", "안녕하세요"),
    ("johab", "안녕하세요"),
    ("iso2022_kr", "한국어"),
]
"""Texts so short that several languages are possible."""


@pytest.mark.parametrize(("encoding", "text"), SAMPLES)
def test_f11_texts_that_declare_nothing_are_read_right(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(("encoding", "text"), EITHER)
def test_f11_no_reading_is_better_than_a_wrong_one(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    try:
        read = decode(data)
    except InvalidContent:
        read = text
    assert read == text
    # Told where they are from, they are all read.
    assert encoding.startswith(("utf", "iso2022")) or decode(data, LABELS.get(encoding, encoding)) == text


LABELS = {"cp949": "euc-kr", "koi8_r": "koi8-r", "big5": "big5", "gb18030": "gbk"}


def test_f11_the_beginning_does_not_decide_for_the_end() -> None:
    data = b"plain words\n" * 50_000 + "à la crème brûlée".encode("cp1252")
    assert decode(data).endswith("\nà la crème brûlée")
    text = "Die Größe beträgt fünf Äpfel. " * 1000
    for encoding, more in (("cp1252", "5 €"), ("iso8859_15", "")):
        assert decode((text + more).encode(encoding)) == text + more


@pytest.mark.parametrize("cut", [1, 2])
def test_f11_utf_8_that_is_cut_off_is_no_other_encoding(cut: int) -> None:
    with pytest.raises(InvalidContent, match="damaged or cut off"):
        decode("Größe ist gut, schöne 日本".encode()[:-cut])
    with pytest.raises(InvalidContent, match="damaged or cut off"):
        decode("Größe und Öl".encode() + b"\xff" * cut + "für".encode())


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><head><meta charset="windows-1251"></head>да', "cp1251"),
        ("<!DOCTYPE html>\n<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>да", "koi8_r"),
        ("<?xml version='1.0' encoding='iso-8859-2'?><a>děkuji</a>", "iso8859_2"),
        ("<!-- a page --><meta charset=shift_jis>日本", "cp932"),
        ('<meta charset="utf-8">Größe', "cp1252"),
        ('<meta charset="iso-8859-1">Größe', "utf-8"),
        ('<meta charset="utf-16">Größe', "utf-8"),
    ],
)
def test_f11_what_a_page_says_of_itself(head: str, encoding: str) -> None:
    assert decode(head.encode(encoding)) == head


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
        ("x-cp1251", "cp1251", "да"),
        ("'KOI8'", "koi8_r", "да"),
        ("iso_8859-1:1987", "cp1252", "“é”"),
        ("cp819", "cp1252", "“é”"),
        ("logical", "iso8859_8", "שלום"),
        ("sun_eu_greek", "iso8859_7", "ναι"),
        ("windows-949", "cp949", "똠방"),
        ("cn-big5", "big5", "中文"),
        ("big5", "big5hkscs", "嘅啲"),
        ("euc-jp", "euc_jis_2004", "①日本語のテキスト"),
        ("dos-874", "cp874", "ไทย"),
        ("windows-1251", "utf-8", "Это русский текст"),
        ("utf-16", "utf-16-be", "Это русский текст"),
        ("utf-16", "utf-8", "Это русский текст"),
        ("utf-16", "ascii", "plain text"),
        ("utf-8", "utf-16-le", "Это русский текст"),
        ("utf-7", "ascii", "a+ADw-b"),
        ("unicode_escape", "ascii", "a\\u0041b"),
        ("idna", "ascii", "xn--mnchen-3ya"),
    ],
)
def test_f11_what_is_declared_counts_where_it_can_be_true(declared: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), declared) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"a\0b",
        b"\0\1",
        b"\0\1\0\1",
        b"\0\1\0\2\0\3",
        b"\1\2\3\4",
        b"\xe9\0",
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
