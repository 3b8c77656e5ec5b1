// The frame of a page that belongs to nobody in particular: before sign-in, and of refusals.

import type { Frame } from '@prewatt/api';
import type { Clocks } from '../../base/time.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { frameOf } from './views.ts';

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
    csrf,
  };
}
