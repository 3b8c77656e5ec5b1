// Small readings that adapters share.

import { parseJson } from '@prewatt/rails';

/** Some headers of a notification, as the rails' functions take them. */
export function headersOf(
  header: (name: string) => string | undefined,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Undefined for what is no JSON. */
export const jsonOf = (raw: Uint8Array): unknown => parseJson(raw);
