// `prewatt vendor statement`: how a vendor's float moved, all pages of it.

import { type Statement, statementSchema } from '@prewatt/api';
import type { VendorCommand } from './desk.ts';

export const statementCommand: VendorCommand = {
  summary: 'how a vendor’s float moved',
  help: `prewatt vendor statement VENDOR [--from INSTANT] [--to INSTANT]

Instants as 2026-11-01T00:00:00Z; from is included, to is not.`,
  options: { from: 'text', to: 'text' },
  required: [],
  positionals: 1,
  run: async (desk, options) => {
    const path = await desk.pathOf(options.positionals[0] ?? '');
    if (!path.ok) return path;
    const rows: Statement['rows'] = [];
    let cursor: string | null = null;
    for (;;) {
      const query = new URLSearchParams();
      for (const name of ['from', 'to']) {
        const given = options.text(name);
        if (given !== undefined) query.set(name, given);
      }
      if (cursor !== null) query.set('cursor', cursor);
      const url: string = `${path.value}/statement?${query}`;
      const page = await desk.client.get(url, statementSchema);
      if (!page.ok) return page;
      rows.push(...page.value.rows);
      cursor = page.value.nextCursor;
      if (cursor !== null) continue;
      const { openingMinor, closingMinor } = page.value;
      const lines = rows.map((row) =>
        [
          row.at,
          row.kind.padEnd(10),
          desk.money(row.amountMinor),
          row.reference ?? row.saleId ?? '',
        ]
          .join('  ')
          .trimEnd(),
      );
      const value = {
        lines: [
          `opening ${desk.money(openingMinor)}`,
          ...lines,
          `closing ${desk.money(closingMinor)}`,
        ],
        json: { openingMinor, closingMinor, rows },
      };
      return { ok: true, value };
    }
  },
};
