// Reads of limit tokens of the soft landing: the utility's, and one connection's.

import { landingPageSchema } from '@prewatt/api';
import type { LandingFilter } from '../state/search.ts';
import { base, paged } from './read.ts';

export const landingsQuery = (state: LandingFilter) =>
  paged({
    key: ['landings', state],
    path: `${base}/landings`,
    schema: landingPageSchema,
    params: { state },
    refetchInterval: 60_000,
  });

export const connectionLandingsQuery = (connectionId: string) =>
  paged({
    key: ['connection', connectionId, 'landings'],
    path: `${base}/connections/${encodeURIComponent(connectionId)}/landings`,
    schema: landingPageSchema,
    refetchInterval: 60_000,
  });
