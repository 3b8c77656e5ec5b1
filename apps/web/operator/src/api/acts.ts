// The read of what operators did.

import { type ActAbout, actApi } from '@prewatt/api';
import { pagedRoute } from './read.ts';

export const actsQuery = (o: { readonly about?: ActAbout; readonly who?: string }) =>
  pagedRoute(actApi.list, {
    key: ['acts', o.about ?? 'all', o.who ?? ''],
    input: { query: { about: o.about, who: o.who } },
    refetchInterval: 60_000,
  });
