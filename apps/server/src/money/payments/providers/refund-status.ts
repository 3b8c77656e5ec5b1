// Refunds as rails answer about them, the same for every adapter: what is not plainly done or
// failed is under way, and an answer that cannot be read is asked for again.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Answered } from '@prewatt/rails';
import { z } from 'zod';
import type { ProviderFailure, RefundStatus } from '../provider.ts';

export const oneRefund = z.object({
  id: z.union([z.string().min(1).max(200), z.int()]).transform(String),
  status: z.string(),
});

type Words = { readonly done: readonly string[]; readonly failed: readonly string[] };

export function refundStatusOf(
  read: z.output<typeof oneRefund>,
  { done, failed }: Words,
): RefundStatus {
  const { id: providerRefund, status } = read;
  if (done.includes(status)) return { status: 'done', providerRefund };
  return { status: failed.includes(status) ? 'failed' : 'accepted', providerRefund };
}

/** What an answer without a refund in it means: a plain no, or nothing that is known. */
export const noRefundIn = ({ httpStatus }: Answered): Result<never, ProviderFailure> =>
  err(
    httpStatus !== null && httpStatus >= 400 && httpStatus < 500 && httpStatus !== 429
      ? 'refused'
      : 'unreachable',
  );

export const refundSaid = (status: RefundStatus): Result<RefundStatus, ProviderFailure> =>
  ok(status);
