// How a change of a meter's DLMS keys stands, and which of two pairs a meter may have: whoever
// loses the mains while keys are on their way has the old ones, the new ones, or one of each.

import { keyChangeStates, keyOrders, wrappingStates } from '@prewatt/api';
import { z } from 'zod';
import type { DlmsSecrets } from './secrets.ts';

const instant = z.string();

export const keyChangeSchema = z.strictObject({
  /** Of the request, so that a visit that ends late changes nothing of a later one. */
  id: z.string(),
  state: z.enum(keyChangeStates),
  order: z.enum(keyOrders),
  raisesPolicy: z.boolean(),
  askedAt: instant,
  askedBy: z.string(),
  transfers: z.number().int(),
  /** In vain, one after the other: pairs, and once it is done raises of the policy. */
  tried: z.number().int(),
  changedAt: instant.nullable(),
  refusal: z.string().nullable(),
  policy: z.enum(['wasSo', 'raised', 'refused']).nullable(),
  /** Of the key under which others are wrapped, which goes before them. */
  wrapping: z.enum(wrappingStates).nullable().default(null),
});
export type KeyChange = z.output<typeof keyChangeSchema>;

export const keyParts = ['encryptionKey', 'authenticationKey'] as const;
export type KeyPart = (typeof keyParts)[number];
export type Pair = Readonly<Record<KeyPart, 'old' | 'new'>>;
export type NewKeys = Readonly<Record<KeyPart, string>> & {
  readonly keyEncryptionKey?: string | undefined;
};

const pair = (encryptionKey: 'old' | 'new', authenticationKey: 'old' | 'new'): Pair => ({
  encryptionKey,
  authenticationKey,
});
export const oldPair = pair('old', 'old');
/** The likely ones first. */
export const allPairs = [pair('new', 'new'), oldPair, pair('new', 'old'), pair('old', 'new')];

export const isNewPair = (of: Pair): boolean => keyParts.every((part) => of[part] === 'new');

export const pairIn = (secrets: DlmsSecrets, next: NewKeys, of: Pair): DlmsSecrets => ({
  ...secrets,
  ...Object.fromEntries(keyParts.filter((part) => of[part] === 'new').map((p) => [p, next[p]])),
});

/** What goes to the meter next: what it has not yet, in the order that was asked for. */
export function partsToSend(has: Pair, order: KeyChange['order']): readonly KeyPart[] {
  const missing = keyParts.filter((part) => has[part] === 'old');
  if (order === 'together') return missing;
  const sorted = order === 'encryptionFirst' ? missing : missing.toReversed();
  return sorted.slice(0, 1);
}
