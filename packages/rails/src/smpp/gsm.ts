// The GSM 03.38 alphabet: which text fits it, how many parts a text takes, and what octets of a
// message mean under a data coding. A token must stay in one part.

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extension: Readonly<Record<number, string>> = {
  10: '\f',
  20: '^',
  40: '{',
  41: '}',
  47: '\\',
  60: '[',
  61: '~',
  62: ']',
  64: '|',
  101: '€',
};
const basicSet = new Set(basic);
const extensionSet = new Set(Object.values(extension));

export type Segmentation = {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Septets or UTF-16 units in all. */
  readonly units: number;
};

/** Parts of a text: 160 or 153 septets, 70 or 67 units; nothing is cut inside a character. */
export function segmentText(text: string): Segmentation {
  const chars = [...text];
  const gsm = chars.every(
    (char) => char !== '\u001b' && (basicSet.has(char) || extensionSet.has(char)),
  );
  const size = (char: string) => (gsm ? (extensionSet.has(char) ? 2 : 1) : char.length);
  const units = chars.reduce((sum, char) => sum + size(char), 0);
  const [alone, each] = gsm ? [160, 153] : [70, 67];
  const encoding = gsm ? 'gsm7' : 'ucs2';
  if (units <= alone) return { encoding, segments: 1, units };
  let [segments, filled] = [1, 0];
  for (const char of chars) {
    if (filled + size(char) > each) {
      segments += 1;
      filled = 0;
    }
    filled += size(char);
  }
  return { encoding, segments, units };
}

const typographic: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '«': '"',
  '»': '"',
  '\u00a0': ' ',
  '\u202f': ' ',
  œ: 'oe',
  Œ: 'OE',
};

/**
 * The text with quotes and dashes that fit, and without accents that do not (ê, ã, ç), where that
 * makes all of it GSM-7: a text is then not twice as dear. Where one letter still would not fit,
 * all of it stays as it was written.
 */
export function fittedToGsm(text: string): string {
  const fits = (char: string) => basicSet.has(char) || extensionSet.has(char);
  let fitted = '';
  for (const char of text) {
    const plain = fits(char)
      ? char
      : (typographic[char] ?? char.normalize('NFD').replace(/\p{M}/gu, ''));
    if (![...plain].every(fits)) return text;
    fitted += plain;
  }
  return fitted;
}

/** Octets of a short message as text. 0 is the centre's default: GSM-7, or Latin-1 by agreement. */
export function decodeMessage(
  bytes: Uint8Array,
  dataCoding: number,
  defaultAlphabet: 'gsm7' | 'latin1' = 'gsm7',
): string {
  const kind = dataCoding & 0x0f;
  if (kind === 8) return utf16(bytes);
  if (kind === 0 && defaultAlphabet === 'gsm7') return gsmText(bytes);
  return latin1(bytes);
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function utf16(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  }
  return text;
}

function gsmText(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    const next = bytes[i + 1];
    const extended = byte === 27 && next !== undefined ? extension[next] : undefined;
    if (extended !== undefined) {
      text += extended;
      i += 1;
    } else text += byte < 128 ? (basic[byte] ?? '') : String.fromCharCode(byte);
  }
  return text;
}

const codeOf = new Map<string, readonly number[]>([
  ...[...basic].map((char, code): [string, readonly number[]] => [char, [code]]),
  ...Object.entries(extension).map(([code, char]): [string, readonly number[]] => [
    char,
    [27, Number(code)],
  ]),
]);

/** One septet an octet, as short messages carry them; a character outside is a question mark. */
export const gsmOctets = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((char) => codeOf.get(char) ?? [0x3f]));

/** An id whose ASCII octets were read as GSM-7 ("a§b"), as they were sent ("a_b"). */
export function asciiAgain(text: string): string {
  return [...text]
    .map((char) => {
      const code = '¡¤§äñöüÄÖÑÜ¿à'.includes(char) ? basic.indexOf(char) : -1;
      return code === -1 ? char : String.fromCharCode(code);
    })
    .join('');
}
