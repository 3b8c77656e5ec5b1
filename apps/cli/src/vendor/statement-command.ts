// `prewatt vendor statement`: how a vendor's float moved, all pages of it.

import { type Statement, vendorApi } from '@prewatt/api';
import { spanFault, spanOf } from '../utility.ts';
import { type Desk, failure, type VendorCommand } from './desk.ts';

export const statementCommand: VendorCommand = {
  summary: 'how a vendor’s float moved',
  help: `prewatt vendor statement VENDOR [--from DATE] [--to DATE]

Dates as 2026-11-01, both included, in the utility's time; or instants as 2026-11-01T00:00:00Z, the
last not included.`,
  options: { from: 'text', to: 'text' },
  forms: { from: 'day', to: 'day' },
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const given = { from: options.text('from'), to: options.text('to') };
    const fault = spanFault(given);
    if (fault !== null) return failure('date', fault);
    const span = spanOf(desk.zone, given);
    const rows: Statement['rows'] = [];
    let cursor: string | null = null;
    for (;;) {
      const query: typeof span & { cursor: string | null } = { ...span, cursor };
      const page = await desk.client.call(vendorApi.statement, { id: id.value, query });
      if (!page.ok) return page;
      rows.push(...page.value.rows);
      cursor = page.value.nextCursor;
      if (cursor !== null) continue;
      const { openingMinor, closingMinor } = page.value;
      const lines = [
        `opening ${desk.money(openingMinor)}`,
        ...rows.map((row) => lineOf(desk, row)),
        `closing ${desk.money(closingMinor)}`,
      ];
      return { ok: true, value: { lines, json: { openingMinor, closingMinor, rows } } };
    }
  },
};

const lineOf = (desk: Desk, row: Statement['rows'][number]): string =>
  [
    desk.when(row.at),
    row.kind.padEnd(10),
    desk.money(row.amountMinor).padStart(14),
    row.reference ?? row.saleId ?? '',
  ]
    .join('  ')
    .trimEnd();
