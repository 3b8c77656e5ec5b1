// Requests about the proof. The key of the runs begins with "attention": a failed proof stands
// there.

import { proofApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const proofKey = ['attention', 'proof'] as const;

export const proofRunsQuery = queryOptions({
  queryKey: proofKey,
  queryFn: ({ signal }) => orThrow(client.call(proofApi.list, { signal })),
  // A run under way is watched; the nightly one comes by itself.
  refetchInterval: ({ state }) =>
    state.data?.rows.some((run) => run.state === 'underWay') === true ? 2_000 : 60_000,
});

/** Another administrator has to approve it. */
export const askWrongClock = (
  span: { readonly from: string; readonly to: string; readonly reason: string },
  requestId: string,
) => orThrow(client.call(proofApi.clock, { body: { ...span, requestId } }));

/** The same request id is the same run. */
export const startProof = (requestId: string) =>
  orThrow(client.call(proofApi.start, { body: { requestId } }));
