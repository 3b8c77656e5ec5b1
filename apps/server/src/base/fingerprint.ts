// The fingerprint of content: the same content has the same one, whatever the order of its keys.

import { createHash } from 'node:crypto';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The content as JSON with the keys of its objects in order; what is undefined is left out. */
export const canonicalJson = (content: unknown): string =>
  JSON.stringify(content, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

export const digestOf = (content: unknown): string => sha256Hex(canonicalJson(content));
