// `prewatt protection landings`: limit tokens that were sent to homes of meters without a link.

import { type LandingRow, landingStateSchema, softLandingApi } from '@prewatt/api';
import { type ServerCommand, wrongOption } from '../server-group.ts';
import { utilityOf } from '../utility.ts';

export const landingsCommand: ServerCommand = {
  options: { state: 'text', cursor: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const state = options.text('state') ?? 'all';
    if (state !== 'all' && !landingStateSchema.safeParse(state).success) {
      return wrongOption('--state takes sent, replaced, lifted, expired or all');
    }
    const cursor = options.text('cursor');
    return {
      run: async (client) => {
        const page = await client.call(softLandingApi.list, { query: { state, cursor } });
        if (!page.ok) return page;
        const utility = await utilityOf(client);
        if (!utility.ok) return utility;
        const { rows, nextCursor } = page.value;
        const lines = rows.map((row) => lineOf(row, utility.value.when));
        if (lines.length === 0) lines.push('no limit tokens were sent');
        if (nextCursor !== null) lines.push(`more: --cursor ${nextCursor}`);
        return { ok: true, value: { lines, json: page.value } };
      },
    };
  },
};

function lineOf(row: LandingRow, when: (instant: string) => string): string {
  const by =
    row.state !== 'lifted' ? '' : row.liftSaleId === null ? ' by a limit of its own' : ' by a sale';
  return (
    `${row.meterPan}  ${row.connectionName}  step ${row.step}, ${row.powerW} W  ` +
    `sent ${when(row.sentAt)}, credit until ${when(row.lastsUntil)}  ` +
    `${row.state}${by} ${row.state === 'sent' ? '' : when(row.stateAt)}`.trim() +
    tokenLabels[row.token]
  );
}

const tokenLabels: Record<LandingRow['token'], string> = {
  unknown: '',
  accepted: ', the meter took it',
  refused: ', the meter refused it',
};
