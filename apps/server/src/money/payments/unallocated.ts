// Money that a provider took and that no sale got. It stands on the operators' list until two
// people move it to a connection or record that it was paid back; nothing is posted before that.

import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ProviderStatus } from './provider.ts';

type UnallocatedCause = ColumnValue<'unallocated_money', 'cause'>;

export type NewUnallocated = {
  readonly provider: string;
  /** What the provider named with it; null for money without an order. */
  readonly payment: { readonly bucket: number; readonly id: string } | null;
  /** Of money without an order: what the payer wrote, and who they are as the rail says. */
  readonly payer?: {
    readonly account: string | null;
    readonly phone: string | null;
    readonly name: string | null;
  };
  readonly status: Extract<ProviderStatus, { status: 'succeeded' }>;
  readonly cause: UnallocatedCause;
};

/** A repeated word about the same money is kept once. */
export async function keepUnallocated(
  tx: Tx,
  deps: { readonly newUuid: NewUuid },
  o: {
    readonly utilityId: string;
    readonly all: readonly NewUnallocated[];
    readonly at: Date;
  },
): Promise<void> {
  if (o.all.length === 0) return;
  await tx
    .insertInto('unallocated_money')
    .values(
      o.all.map(({ provider, payment, status, cause, payer }) => ({
        id: deps.newUuid(),
        utility_id: o.utilityId,
        provider,
        provider_reference: status.providerReference,
        amount_minor: status.receivedMinor,
        currency_code: status.currencyCode,
        currency_scale: status.currencyScale ?? null,
        cause,
        payment_bucket: payment?.bucket ?? null,
        payment_id: payment?.id ?? null,
        account: payer?.account ?? null,
        payer_phone: payer?.phone ?? null,
        payer_name: payer?.name ?? null,
        came_at: o.at,
      })),
    )
    .onConflict((conflict) => conflict.constraint('unallocated_money_once').doNothing())
    .execute();
}

/** Nobody else decides about it until the transaction ends. */
export async function lockUnallocated(
  tx: Tx,
  o: { readonly utilityId: string; readonly moneyId: string },
): Promise<void> {
  await tx
    .selectFrom('unallocated_money')
    .select('id')
    .where('utility_id', '=', o.utilityId)
    .where('id', '=', o.moneyId)
    .forUpdate()
    .execute();
}

/** How many wait. */
export async function unallocatedCount(tx: Tx, utilityId: string): Promise<number> {
  const { n } = await tx
    .selectFrom('unallocated_money')
    .select(sql<bigint>`count(*)`.as('n'))
    .where('utility_id', '=', utilityId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(n);
}

type Decided = {
  readonly moneyId: string;
  readonly at: Date;
  readonly by: {
    readonly requestedBy: string;
    readonly approvedBy: string;
    readonly approvalId: string;
  };
} & (
  | { readonly state: 'refunded'; readonly reference: string }
  | {
      readonly state: 'moved';
      readonly correction: { readonly bucket: number; readonly id: string };
    }
);

/** What two people decided, under the row's lock. */
export async function markDecided(tx: Tx, o: Decided): Promise<void> {
  await tx
    .updateTable('unallocated_money')
    .set({
      state: o.state,
      decided_at: o.at,
      approval_id: o.by.approvalId,
      requested_by: o.by.requestedBy,
      approved_by: o.by.approvedBy,
      ...(o.state === 'refunded'
        ? { refund_reference: o.reference }
        : { correction_bucket: o.correction.bucket, correction_id: o.correction.id }),
    })
    .where('id', '=', o.moneyId)
    .where('state', '=', 'waiting')
    .execute();
}
