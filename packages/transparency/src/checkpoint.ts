// A checkpoint (https://c2sp.org/tlog-checkpoint): the note by which a log says how long it is and
// what its root is. And cosignatures (https://c2sp.org/tlog-cosignature): a witness says that it
// saw this checkpoint at a time, and nothing that contradicts it before.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  base64Of,
  bytesOfBase64,
  joined,
  uint64At,
  uint64Bytes,
  utf8Bytes,
  wholeNumberOf,
} from './bytes.ts';
import type { NoteCrypto, Sha256, Sign } from './crypto.ts';
import {
  keyIdOf,
  type Note,
  type NoteKey,
  type NoteSignature,
  readNote,
  signatureOf,
  signaturesNamed,
} from './note.ts';
import { hashBytes } from './tree.ts';

export type Checkpoint = {
  /** The log's name: a host and a path without scheme, such as `ridgeview.example/log`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Further lines; witnesses sign them as they stand. */
  readonly extensions: readonly string[];
};

export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), base64Of(root), ...extensions, ''].join('\n');
}

export type CheckpointRefusal = 'badNote' | 'badCheckpoint' | 'otherOrigin' | 'notSigned';

/** The checkpoint in a note's text. */
export function readCheckpoint(text: string): Result<Checkpoint, 'badCheckpoint'> {
  if (!text.endsWith('\n')) return err('badCheckpoint');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = wholeNumberOf(sizeText);
  const root = bytesOfBase64(rootText);
  const isRight = origin !== '' && size !== null && root?.length === hashBytes;
  if (!isRight || extensions.includes('')) return err('badCheckpoint');
  return ok({ origin, size, root, extensions });
}

/** A checkpoint that the log's own key signed, with the note that it stands in. */
export function openCheckpoint(
  crypto: NoteCrypto,
  bytes: Uint8Array,
  log: { readonly origin: string; readonly key: NoteKey },
): Result<{ readonly checkpoint: Checkpoint; readonly note: Note }, CheckpointRefusal> {
  const note = readNote(bytes);
  if (!note.ok) return note;
  const checkpoint = readCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== log.origin) return err('otherOrigin');
  if (signatureOf(crypto, note.value, log.key) === null) return err('notSigned');
  return ok({ checkpoint: checkpoint.value, note: note.value });
}

const cosigned = (text: string, atSeconds: number): Uint8Array =>
  utf8Bytes(`cosignature/v1\ntime ${atSeconds}\n${text}`);

/** A witness's signature over a checkpoint's text at a POSIX time in seconds. */
export function cosign(
  sha256: Sha256,
  text: string,
  by: { readonly key: NoteKey; readonly sign: Sign; readonly atSeconds: number },
): NoteSignature {
  const { key, sign, atSeconds } = by;
  const signature = joined(uint64Bytes(atSeconds), sign(cosigned(text, atSeconds)));
  return { name: key.name, keyId: keyIdOf(sha256, key), signature };
}

/** When this witness saw the note, by its own clock; null when no cosignature of it holds. */
export function cosignedAtSeconds(crypto: NoteCrypto, note: Note, witness: NoteKey): number | null {
  for (const { signature: bytes } of signaturesNamed(crypto.sha256, note, witness)) {
    const atSeconds = uint64At(bytes, 0);
    if (atSeconds === null || bytes.length !== 8 + 64) continue;
    const message = cosigned(note.text, atSeconds);
    const signature = bytes.slice(8);
    const { publicKey } = witness;
    if (crypto.verify({ publicKey, message, signature })) return atSeconds;
  }
  return null;
}
