// The outside of ciphered APDUs: service-specific (glo, ded) and general (general-glo, general-
// ded). What is inside is opened in cipher.ts. (IEC 62056-5-3, 5.7.)

import {
  build,
  fail,
  finish,
  leftOf,
  putBytes,
  putLength,
  putOctets,
  putU8,
  putU32,
  type Reader,
  readerOf,
  takeBytes,
  takeOctets,
  takeU8,
  takeU32,
  type Writer,
} from './bytes.ts';

export type CipheredApdu = {
  readonly kind: 'ciphered';
  readonly tag: number;
  /** System title of the sender, where a general APDU carries it; empty where it is left out. */
  readonly title: Uint8Array | null;
  readonly securityControl: number;
  readonly invocationCounter: number;
  /** Ciphertext or plaintext, and the tag of 12 bytes where it is authenticated. */
  readonly body: Uint8Array;
};

/** The security control byte: suite in the low four bits. */
export const securityBits = {
  suite: 0x0f,
  authenticated: 0x10,
  encrypted: 0x20,
  broadcast: 0x40,
  compressed: 0x80,
} as const;

/** Which key: global (glo) or that of one association (ded); whether any service fits in. */
export type CipherForm = { readonly key: 'global' | 'dedicated'; readonly general: boolean };

export const generalGlo = 0xdb;
export const generalDed = 0xdc;

/** Plain tag to ciphered tag, global and dedicated. */
const specific: readonly (readonly [plain: number, glo: number, ded: number])[] = [
  [0x01, 0x21, 0x41],
  [0x08, 0x28, 0x48],
  [0x0e, 0x2e, 0x4e],
  [0xc0, 0xc8, 0xd0],
  [0xc1, 0xc9, 0xd1],
  [0xc2, 0xca, 0xd2],
  [0xc3, 0xcb, 0xd3],
  [0xc4, 0xcc, 0xd4],
  [0xc5, 0xcd, 0xd5],
  [0xc7, 0xcf, 0xd7],
];

const forms = new Map<number, CipherForm & { readonly plain: number | null }>([
  ...specific.flatMap(([plain, glo, ded]) => [
    [glo, { key: 'global', general: false, plain }] as const,
    [ded, { key: 'dedicated', general: false, plain }] as const,
  ]),
  [generalGlo, { key: 'global', general: true, plain: null }],
  [generalDed, { key: 'dedicated', general: true, plain: null }],
]);

export const isCipheredTag = (tag: number): boolean => forms.has(tag);

/** How a ciphered APDU is meant; of a tag that is none, as general-glo. */
export const formOf = (tag: number): CipherForm =>
  forms.get(tag) ?? { key: 'global', general: true };

/** The tag that the inside of a service-specific APDU has; null where any may be inside. */
export const plainTagOf = (tag: number): number | null => forms.get(tag)?.plain ?? null;

/** The ciphered tag for what begins with `plain`; the general one where there is no own. */
export function cipheredTagOf(plain: number, form: CipherForm): number {
  const row = form.general ? undefined : specific.find(([tag]) => tag === plain);
  if (row === undefined) return form.key === 'global' ? generalGlo : generalDed;
  return form.key === 'global' ? row[1] : row[2];
}

export function putCiphered(writer: Writer, apdu: CipheredApdu): void {
  putU8(writer, apdu.tag);
  if (formOf(apdu.tag).general) putOctets(writer, apdu.title ?? new Uint8Array(0));
  putLength(writer, apdu.body.length + 5);
  putU8(writer, apdu.securityControl);
  putU32(writer, apdu.invocationCounter);
  putBytes(writer, apdu.body);
}

/** What follows the tag. */
export function takeCiphered(reader: Reader, tag: number): CipheredApdu {
  const title = formOf(tag).general ? takeOctets(reader) : null;
  if (title !== null && title.length !== 0 && title.length !== 8) fail(reader, 'value');
  const inner = readerOf(takeOctets(reader));
  const securityControl = takeU8(inner);
  const invocationCounter = takeU32(inner);
  const body = takeBytes(inner, leftOf(inner));
  if (inner.fault !== null) fail(reader, inner.fault);
  return { kind: 'ciphered', tag, title, securityControl, invocationCounter, body };
}

export const encodeCiphered = (apdu: CipheredApdu): Uint8Array =>
  build((writer) => putCiphered(writer, apdu));

/** A ciphered APDU alone, as it stands in the user information of an association; null if none. */
export function decodeCiphered(bytes: Uint8Array): CipheredApdu | null {
  const reader = readerOf(bytes);
  const tag = takeU8(reader);
  if (!isCipheredTag(tag)) return null;
  const read = finish(reader, takeCiphered(reader, tag));
  return read.ok ? read.value : null;
}
