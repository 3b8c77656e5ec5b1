// The frame around a page: with the utility's name, or without one before sign-in and on refusals.

import { type Frame, noDocumentTexts } from '@prewatt/api';
import type { Clocks } from '../../base/time.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';

export function frameOf(o: {
  readonly utility: Utility;
  readonly nowMs: number;
  readonly clockSpeed: number;
  readonly csrf: string;
}): Frame {
  return {
    utilityName: o.utility.name,
    zone: o.utility.zone,
    currency: o.utility.currency,
    nowMs: o.nowMs,
    clockSpeed: o.clockSpeed,
    helpPhone: o.utility.helpPhone,
    documents: o.utility.documents,
    csrf: o.csrf,
  };
}

/** A server for one utility shows its name; one for several, or without a database, Prewatt's. */
export async function publicFrame(
  o: { readonly clocks: Clocks; readonly utilities: Utilities },
  csrf: string,
): Promise<Frame> {
  const nowMs = o.clocks.business.nowMs();
  const clockSpeed = o.clocks.speed;
  // A page must come even while the database is away.
  const [only, ...others] = await o.utilities.list().catch(() => []);
  if (only !== undefined && others.length === 0) {
    return frameOf({ utility: only, nowMs, clockSpeed, csrf });
  }
  return {
    utilityName: 'Prewatt',
    zone: 'UTC',
    currency: { code: 'XXX', scale: 2 },
    nowMs,
    clockSpeed,
    helpPhone: null,
    documents: noDocumentTexts,
    csrf,
  };
}
