// 32 bits of a new decoder key on their way in a key-change token; as hidden as the key itself.

import { createSecretKind } from './secret.ts';

declare const partBrand: unique symbol;

/** 32 bits of a key. Opaque: prints as `[secret]`. */
export type Secret32 = { readonly [partBrand]: true };

const parts = createSecretKind<Secret32, number>();

export const sealPart = (value: number): Secret32 => parts.seal(value >>> 0);

export function openPart(part: Secret32): number {
  const value = parts.open(part);
  if (value === null) throw new TypeError('no key part');
  return value;
}
