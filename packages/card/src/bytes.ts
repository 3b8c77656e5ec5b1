// Numbers in bytes, most significant first, and bytes beside each other.

export type Field = { readonly at: number; readonly bytes: number };

export function putNumber(into: Uint8Array, value: bigint, { at, bytes }: Field): void {
  let rest = BigInt.asUintN(8 * bytes, value);
  for (let index = at + bytes - 1; index >= at; index -= 1) {
    into[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Unsigned. */
export function numberAt(from: Uint8Array, { at, bytes }: Field): bigint {
  let value = 0n;
  for (let index = at; index < at + bytes; index += 1)
    value = value * 256n + BigInt(from[index] ?? 0);
  return value;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Takes as long whatever differs. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let differing = 0;
  for (let index = 0; index < a.length; index += 1) differing |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return differing === 0;
}

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
