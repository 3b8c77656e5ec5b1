// What a witness decides (https://c2sp.org/tlog-witness): it signs a log's checkpoint only when the
// log has grown from the one that it signed before. A fork, a split view and a copy that was rolled
// back are refused. Pure: the caller keeps what was signed last, and does so before it answers.

import { base64Of, bytesOfBase64, isSameBytes, utf8Text, wholeNumberOf } from './bytes.ts';
import { type Checkpoint, cosign, openCheckpoint } from './checkpoint.ts';
import type { NoteCrypto, Sign } from './crypto.ts';
import { type NoteKey, signatureLine } from './note.ts';
import { emptyRoot, hashBytes, verifyConsistency } from './tree.ts';

/** What a witness signed last of a log; null before the first. */
export type Witnessed = { readonly size: number; readonly root: Uint8Array };
export type WitnessedLog = { readonly origin: string; readonly key: NoteKey };

export type AddCheckpoint = {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note, as it came. */
  readonly note: Uint8Array;
};

const longestRequest = 100_000;
const longestProof = 63;

/** `old N`, a proof of a hash a line, an empty line, the note. */
export function writeAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const lines = [`old ${oldSize}`, ...proof.map(base64Of), '', ''];
  return lines.join('\n') + (utf8Text(note) ?? '');
}

/** Null for anything that is no such request. */
export function readAddCheckpoint(bytes: Uint8Array): AddCheckpoint | null {
  const text = bytes.length > longestRequest ? null : utf8Text(bytes);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === null || end < 0) return null;
  const [first = '', ...hashes] = text.slice(0, end).split('\n');
  const oldSize = first.startsWith('old ') ? wholeNumberOf(first.slice(4)) : null;
  if (oldSize === null || hashes.length > longestProof) return null;
  const proof = hashes.map(bytesOfBase64);
  if (!proof.every((hash): hash is Uint8Array => hash?.length === hashBytes)) return null;
  return { oldSize, proof, note: new TextEncoder().encode(text.slice(end + 2)) };
}

export type WitnessAnswer =
  /** 200 with the line of the cosignature; `keep` is stored first. */
  | { readonly status: 200; readonly body: string; readonly keep: Witnessed }
  /** 409 with the size that was signed last, which the log is to prove from. */
  | { readonly status: 409; readonly body: string; readonly why: 'otherSize' | 'otherRoot' }
  | {
      readonly status: 400 | 403 | 404 | 422;
      readonly why: 'malformed' | 'unknownLog' | 'notSigned' | 'shrinks' | 'inconsistent';
    };

export function witnessCheckpoint(
  crypto: NoteCrypto,
  request: Uint8Array,
  o: {
    readonly logOf: (origin: string) => WitnessedLog | null;
    readonly lastOf: (origin: string) => Witnessed | null;
    readonly by: { readonly key: NoteKey; readonly sign: Sign };
    readonly atSeconds: number;
  },
): WitnessAnswer {
  const asked = readAddCheckpoint(request);
  if (asked === null) return { status: 400, why: 'malformed' };
  const origin = utf8Text(asked.note)?.split('\n', 1)[0] ?? '';
  const log = o.logOf(origin);
  if (log === null) return { status: 404, why: 'unknownLog' };
  const opened = openCheckpoint(crypto, asked.note, log);
  if (!opened.ok) {
    return opened.error === 'notSigned'
      ? { status: 403, why: 'notSigned' }
      : { status: 400, why: 'malformed' };
  }
  const { checkpoint, note } = opened.value;
  const refusal = refusalOf(crypto, { asked, checkpoint, last: o.lastOf(origin) });
  if (refusal !== null) return refusal;
  const signature = cosign(crypto.sha256, note.text, { ...o.by, atSeconds: o.atSeconds });
  const { size, root } = checkpoint;
  return { status: 200, body: signatureLine(signature), keep: { size, root } };
}

function refusalOf(
  { sha256 }: Pick<NoteCrypto, 'sha256'>,
  o: {
    readonly asked: AddCheckpoint;
    readonly checkpoint: Checkpoint;
    readonly last: Witnessed | null;
  },
): WitnessAnswer | null {
  const { asked, checkpoint } = o;
  const last = o.last ?? { size: 0, root: emptyRoot(sha256) };
  if (asked.oldSize > checkpoint.size) return { status: 400, why: 'shrinks' };
  const body = `${last.size}\n`;
  if (asked.oldSize !== last.size) return { status: 409, why: 'otherSize', body };
  if (checkpoint.size === last.size && !isSameBytes(checkpoint.root, last.root)) {
    return { status: 409, why: 'otherRoot', body };
  }
  const { size, root } = checkpoint;
  const claim = { oldSize: last.size, oldRoot: last.root, size, root, proof: asked.proof };
  return verifyConsistency(sha256, claim) ? null : { status: 422, why: 'inconsistent' };
}
