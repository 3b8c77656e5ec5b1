// The read of what operators did.

import { type ActAbout, actPageSchema } from '@prewatt/api';
import { base, paged } from './read.ts';

export const actsQuery = (o: { readonly about?: ActAbout; readonly who?: string }) =>
  paged({
    key: ['acts', o.about ?? 'all', o.who ?? ''],
    path: `${base}/acts`,
    schema: actPageSchema,
    params: {
      ...(o.about === undefined ? {} : { about: o.about }),
      ...(o.who === undefined ? {} : { who: o.who }),
    },
    refetchInterval: 60_000,
  });
