// `prewatt statement`: a connection's money in a period, as lines or as CSV.

import { type CustomerStatement, pathOf, statementApi } from '@prewatt/api';
import type { CommandResult } from '../command.ts';
import { spanFault, whenIn } from '../utility.ts';
import { type Desk, type DeskCommand, done, failure, singleOf } from './desk.ts';

const command: DeskCommand = {
  summary: 'what a connection’s prepaid money and debts did',
  help: `prewatt statement METER [--from DATE] [--to DATE] [--csv]

Dates as 2026-11-01, both included; without them the present month. Each line: when (the utility's
time), what it did to the prepaid money, what it did to what is owed.`,
  forms: { from: 'day', to: 'day' },
  options: { from: 'text', to: 'text', csv: 'flag' },
  required: [],
  positionals: ['METER'],
  run: async (desk, options) => {
    const connection = await desk.connectionIdOfAnyMeter(options.positionals[0] ?? '');
    if (!connection.ok) return connection;
    const fault = spanFault({ from: options.text('from'), to: options.text('to') });
    if (fault !== null) return failure('date', fault, 2);
    const query = { from: options.text('from'), to: options.text('to') };
    if (!options.flag('csv')) return lines(desk, connection.value, query);
    const path = pathOf(statementApi.file, { id: connection.value, query });
    const answer = await desk.client.request(path);
    if (!answer.ok) return answer;
    return done([(await answer.value.text()).trimEnd()], null);
  },
};

async function lines(
  desk: Desk,
  id: string,
  period: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<CommandResult> {
  const rows: CustomerStatement['rows'] = [];
  let cursor: string | null = null;
  for (;;) {
    const query: typeof period & { cursor: string | null } = { ...period, cursor };
    const page = await desk.client.call(statementApi.statement, { id, query });
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    cursor = page.value.nextCursor;
    if (cursor !== null) continue;
    const s = page.value;
    // A wallet below zero owes that beside its debts.
    const kept = (minor: string, owed: string) => {
      const isOwed = minor.startsWith('-');
      const used = isOwed ? `${desk.money(minor.slice(1))} owed for use` : null;
      const debts = owed === '0' && isOwed ? null : `${desk.money(owed)} owed`;
      const parts = isOwed
        ? [used, debts && `${debts} from before`]
        : [`${desk.money(minor)} prepaid`, debts];
      return parts.filter((part) => part !== null).join(', ');
    };
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
