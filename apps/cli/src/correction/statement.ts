// `prewatt statement`: a connection's money in a period, as lines or as CSV.

import { type CustomerStatement, customerStatementSchema } from '@prewatt/api';
import type { CommandResult } from '../command.ts';
import { spanFault, whenIn } from '../utility.ts';
import { type Desk, type DeskCommand, done, failure, singleOf } from './desk.ts';

const command: DeskCommand = {
  summary: 'what a connection’s prepaid money and debts did',
  help: `prewatt statement METER [--from DATE] [--to DATE] [--csv]

Dates as 2026-11-01, both included; without them the present month. Each line: when (the utility's
time), what it did to the prepaid money, what it did to what is owed.`,
  options: { from: 'text', to: 'text', csv: 'flag' },
  required: [],
  positionals: ['METER'],
  run: async (desk, options) => {
    const path = await desk.connectionPathOfAnyMeter(options.positionals[0] ?? '');
    if (!path.ok) return path;
    const fault = spanFault({ from: options.text('from'), to: options.text('to') });
    if (fault !== null) return failure('date', fault, 2);
    const query = new URLSearchParams();
    for (const name of ['from', 'to']) {
      const given = options.text(name);
      if (given !== undefined) query.set(name, given);
    }
    if (!options.flag('csv')) return lines(desk, path.value, query);
    const answer = await desk.client.request(`${path.value}/statement.csv?${query}`);
    if (!answer.ok) return answer;
    return done([(await answer.value.text()).trimEnd()], null);
  },
};

async function lines(desk: Desk, path: string, query: URLSearchParams): Promise<CommandResult> {
  const rows: CustomerStatement['rows'] = [];
  for (;;) {
    const page = await desk.client.get(`${path}/statement?${query}`, customerStatementSchema);
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    if (page.value.nextCursor !== null) {
      query.set('cursor', page.value.nextCursor);
      continue;
    }
    const s = page.value;
    const kept = (minor: string, owed: string) =>
      `${desk.money(minor)} prepaid, ${desk.money(owed)} owed`;
    return done(
      [
        `${s.connectionName}, meter ${s.meterPan}, ${s.from} to ${s.to}`,
        `before: ${kept(s.openingPrepaidMinor, s.openingOwedMinor)}`,
        ...rows.map((row) => lineOf(desk, s.zone, row)),
        `after: ${kept(s.closingPrepaidMinor, s.closingOwedMinor)}`,
      ],
      { ...s, rows },
    );
  }
}

/** The day and minute are the utility's, as on the customer's own page. */
function lineOf(desk: Desk, zone: string, row: CustomerStatement['rows'][number]): string {
  const when = whenIn(zone, row.at);
  const owed = row.owedChangeMinor === '0' ? '' : `owed ${desk.money(row.owedChangeMinor)}`;
  return `${when}  ${desk.money(row.prepaidChangeMinor).padStart(14)}  ${owed.padStart(19)}  ${row.text}`;
}

/** Runs `prewatt statement`. */
export const statementGroup = singleOf('statement', command);
