// `prewatt protection weather`: days of heat and cold, shown, declared and withdrawn.

import { faultOf, protectionApi, weatherDaysBodySchema } from '@prewatt/api';
import { requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';

export const weatherCommand: ServerCommand = {
  forms: { days: 'text' },
  options: { declare: 'text', withdraw: 'text', days: 'text', note: 'text', 'request-id': 'text' },
  positionals: [],
  required: [],
  prepare: (options, context) => {
    const [declare, withdraw] = [options.text('declare'), options.text('withdraw')];
    if (declare !== undefined && withdraw !== undefined) {
      return wrongOption('give one of --declare and --withdraw');
    }
    const kind = declare ?? withdraw;
    if (kind === undefined && (options.text('days') ?? options.text('note')) !== undefined) {
      return wrongOption('--days and --note go with --declare or --withdraw');
    }
    const body = weatherDaysBodySchema.safeParse({
      requestId: requestIdOf(options, context),
      what: declare === undefined ? 'withdrawn' : 'declared',
      kind,
      dates: options.text('days')?.split(','),
      note: options.text('note'),
    });
    if (kind !== undefined && !body.success) {
      const named: Record<string, string> = {
        kind: `--${declare === undefined ? 'withdraw' : 'declare'} takes heat or cold`,
        dates: '--days takes days with commas, like 2026-12-01,2026-12-02; 60 at most',
        note: '--note takes up to 500 characters: who says so',
      };
      return wrongOption(named[String(body.error.issues[0]?.path[0])] ?? faultOf(body.error));
    }
    return {
      run: async (client, { when }) => {
        const said = body.success
          ? await client.call(protectionApi.declareDays, { body: body.data })
          : await client.call(protectionApi.weatherDays);
        if (!said.ok) return said;
        const lines = said.value.rows.map(
          (row) =>
            `${row.date}  ${row.kind}  ${row.declaredBy}, ${when(row.declaredAt)}: ${row.note}`,
        );
        if (lines.length === 0) lines.push('no day of heat or cold is declared');
        return { ok: true, value: { lines, json: said.value } };
      },
    };
  },
};
