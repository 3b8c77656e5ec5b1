// Long messages put together from their parts, in whatever order these come. A reducer: who keeps
// the state and drops what never gets whole is the caller.

import { decodeMessage } from './gsm.ts';
import type { DeliverSm } from './pdu.ts';

export type PartsState = ReadonlyMap<string, ReadonlyMap<number, DeliverSm>>;

export type Gathered =
  | { readonly whole: true; readonly text: string; readonly parts: number; readonly sms: DeliverSm }
  | { readonly whole: false; readonly missing: number };

/**
 * One more part (or a message that has none): the state after it, and the text once it is whole.
 */
export function gatherParts(
  state: PartsState,
  sms: DeliverSm,
): { readonly state: PartsState; readonly gathered: Gathered } {
  const { part } = sms;
  if (part === null || part.total < 2 || part.number < 1 || part.number > part.total) {
    const text = decodeMessage(sms.message, sms.dataCoding);
    return { state, gathered: { whole: true, text, parts: 1, sms } };
  }
  const key = [sms.sender, sms.recipient, part.ref, part.total].join('|');
  const parts = new Map(state.get(key) ?? []);
  if (!parts.has(part.number)) parts.set(part.number, sms);
  const next = new Map(state);
  if (parts.size < part.total) {
    next.set(key, parts);
    return { state: next, gathered: { whole: false, missing: part.total - parts.size } };
  }
  next.delete(key);
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, each]) => each.message);
  const bytes = new Uint8Array(ordered.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of ordered) {
    bytes.set(each, at);
    at += each.length;
  }
  // Decoded together: a character of UTF-16 may be cut between two parts.
  const text = decodeMessage(bytes, sms.dataCoding);
  return { state: next, gathered: { whole: true, text, parts: part.total, sms } };
}
