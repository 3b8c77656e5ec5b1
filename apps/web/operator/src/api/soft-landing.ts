// Reads of limit tokens of the soft landing: the utility's, and one connection's.

import { softLandingApi } from '@prewatt/api';
import type { LandingFilter } from '../state/search.ts';
import { paged } from './read.ts';

export const landingsQuery = (state: LandingFilter) =>
  paged(softLandingApi.list, {
    key: ['landings', state],
    input: { query: { state } },
    refetchInterval: 60_000,
  });

export const connectionLandingsQuery = (connectionId: string) =>
  paged(softLandingApi.ofConnection, {
    key: ['connection', connectionId, 'landings'],
    input: { id: connectionId },
    refetchInterval: 60_000,
  });
