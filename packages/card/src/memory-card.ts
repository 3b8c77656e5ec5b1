// A memory card (SLE4442) behind a PC/SC reader, by the readers' own commands (ACS convention):
// select, read, present the code, write and read again what was written.

import { err, ok, type Result } from '@prewatt/quantities';
import { send, statusOk, type Transmit } from './apdu.ts';
import { equalBytes, joined } from './bytes.ts';
import { headerBytes, imageBytes, readHeader } from './header.ts';
import { pscOf } from './keys.ts';

export const reader = {
  cla: 0xff,
  select: 0xa4,
  read: 0xb0,
  counter: 0xb1,
  verify: 0x20,
  write: 0xd0,
  change: 0xd2,
};
/** The code of a card that comes from its maker. */
export const makersPsc = Uint8Array.of(0xff, 0xff, 0xff);
const chunkBytes = 64;
const selectSle4442 = Uint8Array.of(0x06);

/**
 * notThis: the reader knows no such card. codeRefused: another code, or locked; `triesLeft` says
 * how often the card may still be asked. notWritten: what was read afterwards differs.
 */
export type CardFault =
  | { readonly code: 'notThis' }
  | { readonly code: 'codeRefused'; readonly triesLeft: number }
  | { readonly code: 'notWritten' };

/** All 256 bytes. */
export async function readMemoryCard(transmit: Transmit): Promise<Result<Uint8Array, CardFault>> {
  const chosen = await send(transmit, {
    ...{ cla: reader.cla, ins: reader.select, p1: 0, p2: 0 },
    data: selectSle4442,
  });
  if (chosen.status !== statusOk) return err({ code: 'notThis' });
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < imageBytes; at += chunkBytes) {
    const chunk = await readAt(transmit, at, chunkBytes);
    if (chunk === null) return err({ code: 'notThis' });
    chunks.push(chunk);
  }
  return ok(joined(...chunks));
}

async function readAt(transmit: Transmit, at: number, bytes: number): Promise<Uint8Array | null> {
  const command = { cla: reader.cla, ins: reader.read, p1: 0, p2: at, expected: bytes };
  const { data, status } = await send(transmit, command);
  return status === statusOk && data.length === bytes ? data : null;
}

/** Runs of bytes that differ, none longer than a chunk. */
export function changesOf(
  before: Uint8Array,
  after: Uint8Array,
): readonly { readonly at: number; readonly bytes: Uint8Array }[] {
  const changes: { at: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < after.length; at += 1) {
    if (before[at] === after[at]) continue;
    let end = at + 1;
    while (end < after.length && end - at < chunkBytes && before[end] !== after[end]) end += 1;
    changes.push({ at, bytes: after.subarray(at, end) });
    at = end - 1;
  }
  return changes;
}

/** Writes what differs. `before` was read from this card; its number gives the code. */
export async function writeMemoryCard(
  transmit: Transmit,
  o: { readonly before: Uint8Array; readonly after: Uint8Array },
): Promise<Result<null, CardFault>> {
  const header = readHeader(o.before);
  if (!header.ok) return err({ code: 'notThis' });
  const shown = await presentCode(transmit, pscOf(header.value.cardNumber));
  return shown.ok ? writeChanges(transmit, o) : shown;
}

/** Makes a card of its maker one of ours: header, empty content, and a code of its own. */
export async function issueMemoryCard(
  transmit: Transmit,
  image: Uint8Array,
): Promise<Result<null, CardFault>> {
  const before = await readMemoryCard(transmit);
  if (!before.ok) return before;
  const header = readHeader(image);
  if (!header.ok) return err({ code: 'notThis' });
  const shown = await presentCode(transmit, makersPsc);
  if (!shown.ok) return shown;
  // The maker's first four bytes are protected on a real card, and the same on each.
  const after = joined(before.value.subarray(0, 4), image.subarray(4));
  const written = await writeChanges(transmit, { before: before.value, after });
  if (!written.ok) return written;
  const data = pscOf(header.value.cardNumber);
  const changed = await send(transmit, { cla: reader.cla, ins: reader.change, p1: 0, p2: 1, data });
  return changed.status === statusOk ? ok(null) : err({ code: 'notWritten' });
}

async function presentCode(transmit: Transmit, psc: Uint8Array): Promise<Result<null, CardFault>> {
  const command = { cla: reader.cla, ins: reader.verify, p1: 0, p2: 0, data: psc };
  const { status } = await send(transmit, command);
  if (status === 0x9007) return ok(null);
  // Each bit of the error counter is one try.
  const bits = status >> 8 === 0x90 ? status & 0x07 : 0;
  return err({ code: 'codeRefused', triesLeft: bits.toString(2).replaceAll('0', '').length });
}

async function writeChanges(
  transmit: Transmit,
  { before, after }: { readonly before: Uint8Array; readonly after: Uint8Array },
): Promise<Result<null, CardFault>> {
  for (const { at, bytes } of changesOf(before, after)) {
    const command = { cla: reader.cla, ins: reader.write, p1: 0, p2: at, data: bytes };
    const { status } = await send(transmit, command);
    const read = status === statusOk ? await readAt(transmit, at, bytes.length) : null;
    if (read === null || !equalBytes(read, bytes)) return err({ code: 'notWritten' });
  }
  return ok(null);
}

/** Bytes before it are the header's: nobody writes them after the card was issued. */
export const contentFrom = headerBytes;
