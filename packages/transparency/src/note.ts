// Signed notes (https://c2sp.org/signed-note): a text and lines of signatures below it, and the
// texts of their public keys. A signature of a key that nobody knows is passed over, never trusted.

import { err, ok, type Result } from '@prewatt/quantities';
import { base64Of, bytesOfBase64, isSameBytes, joined, utf8Bytes, utf8Text } from './bytes.ts';
import type { NoteCrypto, Sha256, Sign } from './crypto.ts';

/** First byte of a key: how it signs. */
export const keyKinds = { ed25519: 1, cosignature: 4 } as const;
export type KeyKind = keyof typeof keyKinds;

export type NoteKey = {
  readonly name: string;
  readonly kind: KeyKind;
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
};

export type NoteSignature = {
  readonly name: string;
  /** The first four bytes of a hash of name and key. */
  readonly keyId: Uint8Array;
  /** What stands behind the key's id: of Ed25519 64 bytes, of a cosignature time and 64 bytes. */
  readonly signature: Uint8Array;
};

export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

const longestNote = 1_000_000;
const mostSignatures = 100;
const signatureStart = '\u2014 ';

/** Not empty, no white space, no plus sign. */
const isName = (name: string): boolean => /^[^\s+]{1,255}$/u.test(name);

export function keyIdOf(sha256: Sha256, { name, kind, publicKey }: NoteKey): Uint8Array {
  const bytes = joined(utf8Bytes(`${name}\n`), Uint8Array.of(keyKinds[kind]), publicKey);
  return sha256(bytes).slice(0, 4);
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** `name+1f2e3d4c+base64`: a key as people hand it on. */
export function keyText(sha256: Sha256, key: NoteKey): string {
  const bytes = joined(Uint8Array.of(keyKinds[key.kind]), key.publicKey);
  return `${key.name}+${hexOf(keyIdOf(sha256, key))}+${base64Of(bytes)}`;
}

/** `badKey`: not of this form, not of a kind that is known, or its id is another one's. */
export function readKey(sha256: Sha256, text: string): Result<NoteKey, 'badKey'> {
  const [name = '', id = '', encoded = '', ...more] = text.split('+');
  // Base64 has plus signs, too: what follows the second one belongs together.
  const bytes = bytesOfBase64([encoded, ...more].join('+'));
  if (!isName(name) || bytes === null || bytes.length !== 33) return err('badKey');
  const kind = (['ed25519', 'cosignature'] as const).find((each) => keyKinds[each] === bytes[0]);
  if (kind === undefined) return err('badKey');
  const key: NoteKey = { name, kind, publicKey: bytes.slice(1) };
  return hexOf(keyIdOf(sha256, key)) === id ? ok(key) : err('badKey');
}

/** A note as text; `text` ends with a line end. */
export function writeNote({ text, signatures }: Note): string {
  const lines = signatures.map(signatureLine);
  return `${text}\n${lines.join('')}`;
}

export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  return `${signatureStart}${name} ${base64Of(joined(keyId, signature))}\n`;
}

/** `badNote`: not UTF-8, too long, or not of the form of a signed note. */
export function readNote(bytes: Uint8Array): Result<Note, 'badNote'> {
  const whole = bytes.length > longestNote ? null : utf8Text(bytes);
  // The form allows no control character but the line end.
  if (whole === null || bytes.some((byte) => byte < 0x20 && byte !== 0x0a)) return err('badNote');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) return err('badNote');
  const read = readSignatureLines(whole.slice(split + 2));
  if (read === null || read.length === 0) return err('badNote');
  return ok({ text: whole.slice(0, split + 1), signatures: read });
}

/** Lines of signatures alone, as a witness answers; null for any other text. */
export function readSignatureLines(text: string): readonly NoteSignature[] | null {
  if (!text.endsWith('\n')) return null;
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > mostSignatures) return null;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    if (!line.startsWith(signatureStart)) return null;
    const [name = '', encoded = '', ...more] = line.slice(signatureStart.length).split(' ');
    const bytes = bytesOfBase64(encoded);
    if (more.length > 0 || !isName(name) || bytes === null || bytes.length < 5) return null;
    signatures.push({ name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  return signatures;
}

export function signNote(
  sha256: Sha256,
  text: string,
  by: { readonly key: NoteKey; readonly sign: Sign },
): NoteSignature {
  const { name } = by.key;
  return { name, keyId: keyIdOf(sha256, by.key), signature: by.sign(utf8Bytes(text)) };
}

/** The note's signature of this key over its text; null when there is none that holds. */
export function signatureOf(crypto: NoteCrypto, note: Note, key: NoteKey): NoteSignature | null {
  const found = signaturesNamed(crypto.sha256, note, key);
  const message = utf8Bytes(note.text);
  const { publicKey } = key;
  return found.find(({ signature }) => crypto.verify({ publicKey, message, signature })) ?? null;
}

/** Those that claim to be of this key. */
export function signaturesNamed(
  sha256: Sha256,
  note: Pick<Note, 'signatures'>,
  key: NoteKey,
): readonly NoteSignature[] {
  const keyId = keyIdOf(sha256, key);
  return note.signatures.filter((one) => one.name === key.name && isSameBytes(one.keyId, keyId));
}
