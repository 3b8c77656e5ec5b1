// A wrong clock, as one administrator tells it and another one approves: each run of the proof
// names the span and who said so.

import { wrongClockSchema } from '@prewatt/api';
import { isoOf, ok } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import type { Tally } from './check-rule.ts';

/** What was said about wrong clocks, each as a note of the run: none of them is a failure. */
export async function readWrongClocks(tx: Tx): Promise<Tally> {
  const rows = await tx
    .selectFrom('approvals as a')
    .innerJoin('operators as asked', 'asked.id', 'a.requested_by')
    .innerJoin('operators as allowed', 'allowed.id', 'a.decided_by')
    .select(['a.id', 'a.payload', 'a.reason', 'asked.name as by', 'allowed.name as second'])
    .where('a.kind', '=', 'wrongClock')
    .where('a.state', '=', 'done')
    .orderBy('a.entered', 'desc')
    .limit(50)
    .execute();
  const findings = rows.map(({ id, payload, reason, by, second }) => {
    const { from, to } = payload as { readonly from: string; readonly to: string };
    const people = `${by} and ${second}`;
    const detail = `the clock was wrong from ${from} to ${to}, say ${people}: ${reason}`;
    return { id, connectionId: null, saleId: null, detail };
  });
  return { checked: BigInt(rows.length), failed: 0n, findings };
}

/** What the second administrator allows: rows written within the span break no law of times. */
export const wrongClockApproval = (): ApprovalOperation =>
  defineOperation({
    payload: wrongClockSchema,
    describe: async (_tx, { payload }) => ({
      title: 'Acknowledge that the server’s clock was wrong',
      facts: [
        { label: 'From', value: isoOf(Date.parse(payload.from)) },
        { label: 'To', value: isoOf(Date.parse(payload.to)) },
        {
          label: 'Effect',
          value: 'Times of rows that were written then break no law; each run of the proof says so',
        },
      ],
    }),
    perform: async (_tx, { payload: { from, to } }) => ok({ from, to }),
    refusals: {},
  });
