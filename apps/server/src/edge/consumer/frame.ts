// The frame around a page: with the utility's name, or without one before sign-in and on refusals.

import { type Frame, noDocumentTexts, standardWriting } from '@prewatt/api';
import type { Speech } from '@prewatt/web/consumer';
import type { Clocks } from '../../base/time.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';

export function frameOf(o: {
  readonly utility: Utility;
  readonly nowMs: number;
  readonly clockSpeed: number;
  readonly csrf: string;
  /** English unless told: pages of shops have no other. Null: the utility's own. */
  readonly language?: string | null;
  readonly here?: string | null;
}): Frame {
  return {
    utilityName: o.utility.name,
    nowMs: o.nowMs,
    clockSpeed: o.clockSpeed,
    helpPhone: o.utility.helpPhone,
    documents: o.utility.documents,
    csrf: o.csrf,
    ...speechOf(o.utility, o.language),
    here: o.here ?? null,
  };
}

/** How pages speak of a utility's money and times. */
export const speechOf = (
  { zone, currency, writing }: Pick<Utility, 'zone' | 'currency' | 'writing'>,
  language: string | null = 'en',
): Speech => ({ ...writing, language: language ?? writing.language, zone, currency });

/** Of a page that belongs to no utility. */
const nobody = {
  ...{ zone: 'UTC', currency: { code: 'XXX', scale: 2 }, writing: standardWriting },
};

/** A server for one utility shows its name; one for several, or without a database, Prewatt's. */
export async function publicFrame(
  o: { readonly clocks: Clocks; readonly utilities: Utilities },
  csrf: string,
  shown: { readonly language?: string | null; readonly here?: string | null } = {},
): Promise<Frame> {
  const nowMs = o.clocks.business.nowMs();
  const clockSpeed = o.clocks.speed;
  // A page must come even while the database is away.
  const [only, ...others] = await o.utilities.list().catch(() => []);
  if (only !== undefined && others.length === 0) {
    return frameOf({ utility: only, nowMs, clockSpeed, csrf, ...shown });
  }
  return {
    utilityName: 'Prewatt',
    nowMs,
    clockSpeed,
    helpPhone: null,
    documents: noDocumentTexts,
    csrf,
    ...speechOf(nobody, shown.language),
    here: shown.here ?? null,
  };
}
