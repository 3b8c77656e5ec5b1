// The frame of a page that belongs to nobody in particular: before sign-in, and of refusals.

import type { Frame } from '@prewatt/api';
import type { Services } from '../services.ts';
import { frameOf } from './views.ts';

/** A server for one utility shows its name; one for several, or without a database, Prewatt's. */
export async function publicFrame(services: Services, csrf: string): Promise<Frame> {
  const nowMs = services.clocks.business.nowMs();
  const clockSpeed = services.clocks.speed;
  // A page must come even while the database is away.
  const [only, ...others] = await services.utilities.list().catch(() => []);
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
