// Memory of tamper conditions: which hold now and since when, and which stay on the meter until a
// ClearTamper token.

import type { TamperKind } from '@prewatt/protocol';

export type TamperState = {
  readonly sinceMs: Readonly<Partial<Record<TamperKind, number>>>;
  readonly latched: readonly TamperKind[];
};

export const noTamper: TamperState = { sinceMs: {}, latched: [] };
