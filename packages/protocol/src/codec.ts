// CBOR in and out. Whatever a stranger sends ends as a message or as a refusal; nothing throws, and
// nothing is decoded whose form alone shows that it is no message.

import { err, ok, type Result } from '@prewatt/quantities';
import { Decoder, Encoder } from 'cbor-x/decode';
import {
  type DownMessage,
  type DownWord,
  schemas,
  type UpMessage,
  type UpWord,
} from './messages.ts';
import { type WireFault, wireFault } from './wire-shape.ts';

/** The largest payload either side reads, in bytes. A full profile message is about 14 kB. */
export const maximumPayloadBytes = 32_768;

export type DecodeError =
  | { readonly code: 'too-large' }
  /** A form that no message has: found before anything was decoded. */
  | { readonly code: 'form'; readonly fault: WireFault }
  | { readonly code: 'not-cbor' }
  | { readonly code: 'not-a-message'; readonly at: string };

const encoder = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false });
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

export function encodeUp(message: UpWord): Uint8Array {
  return encoder.encode(message);
}

export function encodeDown(message: DownWord): Uint8Array {
  return encoder.encode(message);
}

/** What a meter says; not what its link says for itself. */
export function decodeUp(payload: Uint8Array): Result<UpMessage, DecodeError> {
  return decode(payload, schemas.up);
}

export function decodeDown(payload: Uint8Array): Result<DownMessage, DecodeError> {
  return decode(payload, schemas.down);
}

/** What a meter or its link says. */
export function decodeUpWord(payload: Uint8Array): Result<UpWord, DecodeError> {
  return decode(payload, schemas.upWord);
}

export function decodeDownWord(payload: Uint8Array): Result<DownWord, DecodeError> {
  return decode(payload, schemas.downWord);
}

type Schema<T> = {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[] }[] } };
};

function decode<T>(payload: Uint8Array, schema: Schema<T>): Result<T, DecodeError> {
  if (payload.length > maximumPayloadBytes) return err({ code: 'too-large' });
  const fault = wireFault(payload);
  if (fault !== null) return err({ code: 'form', fault });
  let value: unknown;
  try {
    value = decoder.decode(payload);
  } catch {
    return err({ code: 'not-cbor' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err({ code: 'not-a-message', at: (parsed.error.issues[0]?.path ?? []).join('.') });
}
