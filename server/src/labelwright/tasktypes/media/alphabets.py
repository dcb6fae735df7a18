"""Letters of languages, the most frequent ones first, and the encodings of their texts before UTF-8."""

from collections.abc import Sequence
from typing import NamedTuple


class Language(NamedTuple):
    """A language whose texts are found in encodings without a mark.

    Attributes:
        encodings: in which it is written, by their names in Python.
        letters: in lower case, the most frequent ones first.
        prior: logarithm of how much rarer its texts are than those of the others.
    """

    encodings: Sequence[str]
    letters: str
    prior: float = 0.0


_WEST = ("cp1252", "iso8859_15", "mac_roman", "cp850")
_CENTRE = ("cp1250", "iso8859_2", "cp852")
_BALTIC = ("cp1257", "iso8859_13")
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")

ENGLISH = "etaoinshrdlcumwfgypbvkjxqz"

LATIN = (
    Language(_WEST, ENGLISH + "éïèêçöñ"),
    Language(_WEST, "enisratdhulcgmobwfkzpvüäßjöyqx"),
    Language(_WEST, "esaitnrulodcpmévqfbghjàxèêyzçôùâûîœëïwkü"),
    Language(_WEST, "eaosrnidltcmupbgvyqóíhfzjéáñxúüwk"),
    Language(_WEST, "aeosridmntcuvlpgqbfzãhçéáíjêóõxâúôàwyk"),
    Language(_WEST, "eaionlrtscdpumvghfbqzòàùéèìkjwxy"),
    Language(_WEST, "enatirodslghvkmubpwjczfëéïóxyq"),
    Language(_WEST, "eantrslidomgkvhfupäböåycjxwézq"),
    Language(_WEST, "erndtaisolgkmfvubhpåøæyjcwzxéq"),
    Language(_WEST, "aintesloukämvrjhypdögbfcåwzxq"),
    Language(_WEST, "arniestulðgmkhfvoáþídjóbyæúpéýöxcz", -4.0),
    Language(_WEST, "aersincltoudpmvbgfàqóèéíhxçúïüjzkyw", -2.5),
    Language(_CENTRE, "iaeoznsrwycdktpmlłjęgąbhśóżćfńźvqx"),
    Language(_CENTRE, "eoantsilvrkdumpíchzáyjběéřčžýšůgfúňóťďxwq"),
    Language(_CENTRE, "aoeintsvrlkdpmuhzbcáyjčíéúžgýšťfľňôxäďŕóĺwq"),
    Language(_CENTRE, "eatlnskzroigáméyvdbhjfupöócőíüúűxw"),
    Language(_CENTRE, "eiarntulocsdăpmîvfbgşţzhâjxk"),
    Language(_CENTRE, "aioenjrstuvkldmpgzbčšžhćcđf"),
    Language(("cp1254",), "aeinrlıdkmuytsboüşzgğhvcçpöfjâîûxwq"),
    Language(_BALTIC, "iasoretnukmlpvdgjybėšųžūčįąęzfhc"),
    Language(_BALTIC, "aiestrunlkopmdāvgībēšzūjcģņķļžčfhōŗ"),
    Language((*_BALTIC, "cp1252", "iso8859_15"), "aeistlunkomdrvgjhpäõübfšžöc", -2.5),
)

OTHERS = (
    Language(_CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    Language((*_CYRILLIC, "koi8_u"), "оанивіертсклудмпязьбгйчхїцшжєюфщґ"),
    Language(_CYRILLIC, "аиоентрсвлкдпмзгъуябчйцщжхшюьф"),
    Language(_CYRILLIC, "аиоенрсјуткдвмплзбгчшцжњхљћђфџ", -2.5),
    Language((*_CYRILLIC, "koi8_u"), "аныеірсотлкдявумпзбцгьйчшўжюхэфё", -2.5),
    Language(("cp1253", "iso8859_7"), "αοιετνσρκπμλςίυόηάγέδήωθύχώβφξζψϊϋ"),
    Language(("cp1255", "iso8859_8"), "יוהלארתבמשנדםעקפחטגסכןצזףךץ"),
    Language(("cp1256", "iso8859_6"), "المينورتبةعدسفهكقحجشأطصخىإذثغضئءؤآظ"),
    Language(("cp1256",), "اینردهومتبسلکشزفگعخقجآپحطصچضغذثژئ"),
    Language(("cp874",), "านรอกเงมยลวด่ท้สตะปบคิหแจีพชขใัไูุโถญึื์ธศณผซ็ำภฟษฐฤๆ๊ฉฝฎ๋ฏฆฑฒฌฬฮ"),
)

CHINESE = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已"
    "工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信"
    "表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才"
    "结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像"
    "难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔风谢请货退快差"
    "慢服态度菜凉送贵买卖店客评价质量喜欢满意推荐便宜好吃味道房间干净环境服务员手机电池屏幕包装破损版耐用京商文章"
    "這個們來為國說時會對過發後裡種經學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產製話內給門東聲員"
    "論處義幾認條系氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運筆風"
    "謝請貨涼態買賣評價質歡滿薦淨環機臺灣盡"
)
KOREAN = frozenset(
    "이다는을의에가하고지은를도로한기서사리시어인나자정아대일해그부전보수라게주과만으니성스원장여위요안녕세것제품말습국텍트"
    "었았했겠있없좋별예감합배송빠르음식직친절불환주매우너무거들와면마무모상구우신진용동조소유화내되든데때더건아"
)
KANJI = frozenset(
    "日一大年中会人本月長国出上十生子分東三行同今高金時手見市力米自前円合立内二事社者地京間田体学下目五後新明方部"
    "女八心四民対主正代言九小思七山実入回場野開万全定家北六問話文動度県水安氏和政保表道相意発不党良商品店員料理冷態悪"
    "注文番号届買味質便利送太郎最悪語章都"
)
"""Usual characters of languages that have thousands."""
