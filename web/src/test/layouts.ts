/** Keyboards of real life: what every key prints, without and with Shift. `◌` is a dead key. */
export type Layout = ReadonlyMap<string, readonly [plain: string, shifted: string]>;

const CODES = [
  "Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal",
  "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight",
  "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash",
  "IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash",
].map((row) => row.split(" "));

/** Four rows, each without Shift and then with it. */
function layout(...rows: string[]): Layout {
  const split = (row: string): string[] => (row.includes(" ") ? row.split(" ") : [...row]);
  return new Map(
    CODES.flatMap((codes, index) => {
      const plain = split(rows[2 * index] ?? "");
      const shifted = split(rows[2 * index + 1] ?? "");
      if (plain.length !== codes.length || shifted.length !== codes.length)
        throw new RangeError(`row ${index} of ${rows[0]}`);
      return codes.map((code, at) => [code, [plain[at]!, shifted[at]!]] as const);
    }),
  );
}

export const LAYOUTS: Readonly<Record<string, Layout>> = {
  us: layout(
    "`1234567890-=",
    "~!@#$%^&*()_+",
    "qwertyuiop[]",
    "QWERTYUIOP{}",
    "asdfghjkl;'\\",
    'ASDFGHJKL:"|',
    "\\zxcvbnm,./",
    "|ZXCVBNM<>?",
  ),
  azerty: layout(
    "²&é\"'(-è_çà)=",
    "²1234567890°+",
    "azertyuiop◌$",
    "AZERTYUIOP◌£",
    "qsdfghjklmù*",
    "QSDFGHJKLM%µ",
    "<wxcvbn,;:!",
    ">WXCVBN?./§",
  ),
  german: layout(
    "◌1234567890ß◌",
    '°!"§$%&/()=?◌',
    "qwertzuiopü+",
    "QWERTZUIOPÜ*",
    "asdfghjklöä#",
    "ASDFGHJKLÖÄ'",
    "<yxcvbnm,.-",
    ">YXCVBNM;:_",
  ),
  russian: layout(
    "ё1234567890-=",
    'Ё!"№;%:?*()_+',
    "йцукенгшщзхъ",
    "ЙЦУКЕНГШЩЗХЪ",
    "фывапролджэ\\",
    "ФЫВАПРОЛДЖЭ/",
    "\\ячсмитьбю.",
    "/ЯЧСМИТЬБЮ,",
  ),
  hebrew: layout(
    ";1234567890-=",
    "~!@#$%^&*)(_+",
    "/'קראטוןםפ][",
    "QWERTYUIOP}{",
    "שדגכעיחלךף,\\",
    'ASDFGHJKL:"|',
    "\\זסבהנמצתץ.",
    "|ZXCVBNM><?",
  ),
  greek: layout(
    "`1234567890-=",
    "~!@#$%^&*()_+",
    ";ςερτυθιοπ[]",
    ":ΣΕΡΤΥΘΙΟΠ{}",
    "ασδφγηξκλ◌'\\",
    'ΑΣΔΦΓΗΞΚΛ◌"|',
    "<ζχψωβνμ,./",
    ">ΖΧΨΩΒΝΜ<>?",
  ),
  dvorak: layout(
    "`1234567890[]",
    "~!@#$%^&*(){}",
    "',.pyfgcrl/=",
    '"<>PYFGCRL?+',
    "aoeuidhtns-\\",
    "AOEUIDHTNS_|",
    "\\;qjkxbmwvz",
    "|:QJKXBMWVZ",
  ),
  colemak: layout(
    "`1234567890-=",
    "~!@#$%^&*()_+",
    "qwfpgjluy;[]",
    "QWFPGJLUY:{}",
    "arstdhneio'\\",
    'ARSTDHNEIO"|',
    "\\zxcvbkm,./",
    "|ZXCVBKM<>?",
  ),
  swedish: layout(
    "§1234567890+◌",
    '½!"#¤%&/()=?◌',
    "qwertyuiopå◌",
    "QWERTYUIOPÅ◌",
    "asdfghjklöä'",
    "ASDFGHJKLÖÄ*",
    "<zxcvbnm,.-",
    ">ZXCVBNM;:_",
  ),
  turkish: layout(
    '"1234567890*-',
    "é!'◌+%&/()=?_",
    "qwertyuıopğü",
    "QWERTYUIOPĞÜ",
    "asdfghjklşi,",
    "ASDFGHJKLŞİ;",
    "<zxcvbnmöç.",
    ">ZXCVBNMÖÇ:",
  ),
  spanish: layout(
    "º1234567890'¡",
    'ª!"·$%&/()=?¿',
    "qwertyuiop◌+",
    "QWERTYUIOP◌*",
    "asdfghjklñ◌ç",
    "ASDFGHJKLÑ◌Ç",
    "<zxcvbnm,.-",
    ">ZXCVBNM;:_",
  ),
  italian: layout(
    "\\1234567890'ì",
    '|!"£$%&/()=?^',
    "qwertyuiopè+",
    "QWERTYUIOPé*",
    "asdfghjklòàù",
    "ASDFGHJKLç°§",
    "<zxcvbnm,.-",
    ">ZXCVBNM;:_",
  ),
  czech: layout(
    ";+ěščřžýáíé=◌",
    "°1234567890%◌",
    "qwertzuiopú)",
    "QWERTZUIOP/(",
    "asdfghjklů§◌",
    "ASDFGHJKL\"!'",
    "\\yxcvbnm,.-",
    "|YXCVBNM?:_",
  ),
  arabic: layout(
    "ذ 1 2 3 4 5 6 7 8 9 0 - =",
    "ّ ! @ # $ % ^ & * ) ( _ +",
    "ض ص ث ق ف غ ع ه خ ح ج د",
    "َ ً ُ ٌ لإ إ ‘ ÷ × ؛ < >",
    "ش س ي ب ل ا ت ن م ك ط \\",
    'ِ ٍ ] [ لأ أ ـ ، / : " |',
    "\\ ئ ء ؤ ر لا ى ة و ز ظ",
    "| ~ ْ } { لآ آ ’ , . ؟",
  ),
  kana: layout(
    "ろぬふあうえおやゆよわほへ",
    "ろぬふぁぅぇぉゃゅょをほへ",
    "たていすかんなにらせ゛゜",
    "たてぃすかんなにらせ゛「",
    "ちとしはきくまのりれけむ",
    "ちとしはきくまのりれけ」",
    "ろつさそひこみもねるめ",
    "ろっさそひこみも、。・",
  ),
  persian: layout(
    "÷ ۱ ۲ ۳ ۴ ۵ ۶ ۷ ۸ ۹ ۰ - =",
    "× ! ٬ ٫ ﷼ ٪ × ، * ) ( ـ +",
    "ض ص ث ق ف غ ع ه خ ح ج چ",
    "ْ ٌ ٍ ً ُ ِ َ ّ ] [ } {",
    "ش س ی ب ل ا ت ن م ک گ \\",
    "ؤ ئ ي إ أ آ ة » « : ؛ |",
    "‍ ظ ط ز ر ذ د پ و . /",
    "| ك ٓ ژ ٰ ‌ ٔ ء > < ؟",
  ),
};

/** What AltGr writes on some of them: by code. */
export const ALTGR: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azerty: { Digit2: "~", Digit3: "#", Digit5: "[", Digit8: "\\", Digit0: "@", Minus: "]", Equal: "}", KeyE: "€" },
  german: { KeyQ: "@", KeyE: "€", Digit7: "{", Digit8: "[", Digit9: "]", Digit0: "}", Minus: "\\", BracketRight: "~" },
  spanish: { Digit1: "|", Digit2: "@", Digit3: "#", BracketLeft: "[", BracketRight: "]", KeyE: "€" },
  swedish: { Digit2: "@", Digit7: "{", Digit8: "[", Digit9: "]", Digit0: "}", Minus: "\\" },
  turkish: { KeyQ: "@", KeyA: "æ", KeyS: "ß", Digit8: "[", Digit9: "]", KeyI: "i" },
  czech: { KeyB: "{", KeyN: "}", KeyF: "[", KeyG: "]", KeyV: "@", KeyX: "#" },
};

export interface TypedKey {
  shift?: boolean;
  ctrl?: boolean;
  alt?: boolean;
  altGr?: boolean;
  capsLock?: boolean;
  composing?: boolean;
  keyCode?: number;
}

/** A key event; `target` is the page itself. */
export function keyEvent(key: string, code: string, down: TypedKey = {}): KeyboardEvent {
  const { shift = false, ctrl = false, alt = false, altGr = false, capsLock = false } = down;
  const states: Record<string, boolean> = { Shift: shift, Control: ctrl, Alt: alt, AltGraph: altGr };
  states.CapsLock = capsLock;
  const event = {
    key: key === "◌" ? "Dead" : key,
    code,
    shiftKey: shift,
    ctrlKey: ctrl,
    altKey: alt,
    metaKey: false,
    repeat: false,
    isComposing: down.composing ?? false,
    keyCode: down.keyCode ?? 0,
    defaultPrevented: false,
    target: {},
    getModifierState: (name: string) => states[name] ?? false,
    preventDefault: () => undefined,
  };
  return event as unknown as KeyboardEvent;
}

/** A key of a layout as it is pressed. */
export function type(keyboard: Layout, code: string, down: TypedKey = {}): KeyboardEvent {
  const [plain = "", shifted = ""] = keyboard.get(code) ?? [];
  return keyEvent(down.shift ? shifted : plain, code, down);
}
