// Settlements fetched from those providers that have an interface for them: a file is made of what
// they paid out in the last days and taken like one that a person brings. What an earlier one had
// already changes nothing, so the days overlap.

import type { ReconciliationMapping } from '@prewatt/api';
import { dayMs, err, formatAmount, zonedAt } from '@prewatt/quantities';
import type { SettledRow } from '@prewatt/rails';
import { sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import type { Payments } from '../../money/payments/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { Reconciliation } from './service.ts';

/** A payout takes some days to be complete. */
const lookBackDays = 4;
/** Between two looks at one provider, in real time. */
const everyMs = 21_600_000;
const by = 'the server';

type Deps = {
  readonly database: Pick<Database, 'directories'>;
  readonly utilities: Pick<Utilities, 'list' | 'get'>;
  readonly payments: Pick<Payments, 'settlements'>;
  readonly importFile: Reconciliation['importFile'];
  readonly realNowMs: () => number;
};

/** Asks those that are due; throws at the end when one gave no list, so that it is noticed. */
export function createSettlementFetching(o: Deps): (ending?: AbortSignal) => Promise<void> {
  const askedAtMs = new Map<string, number>();
  return async (ending) => {
    const without: string[] = [];
    for (const { name, label, fetch } of o.payments.settlements) {
      const nowMs = o.realNowMs();
      if (nowMs - (askedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) continue;
      if (ending?.aborted === true) return;
      askedAtMs.set(name, nowMs);
      const toMs = Math.floor(nowMs / dayMs) * dayMs;
      const fetched = await fetch({ fromMs: toMs - lookBackDays * dayMs, toMs }).catch(() =>
        err('unreachable' as const),
      );
      if (!fetched.ok) without.push(label);
      else await takeAll(o, { name, label, rows: fetched.value, toMs });
    }
    if (without.length > 0) throw new Error(`no settlements from ${without.join(', ')}`);
  };
}

const mapping = (provider: string): ReconciliationMapping => ({
  provider,
  delimiter: ',',
  skipLines: 0,
  columns: {
    ...{ reference: 'reference', amount: 'amount', date: 'date' },
    ...{ currency: 'currency', fee: 'fee', batch: 'payout' },
  },
  numbers: { decimal: '.', group: '' },
  dates: 'YYYY-MM-DD',
});

async function takeAll(
  o: Deps,
  fetched: {
    readonly name: string;
    readonly label: string;
    readonly rows: readonly SettledRow[];
    readonly toMs: number;
  },
): Promise<void> {
  const { name, label, rows, toMs } = fetched;
  for (const [utilityId, own] of await byUtility(o, name, rows)) {
    const utility = await o.utilities.get(utilityId);
    const content = csvOf(utility, own);
    if (content === null) continue;
    const until = new Date(toMs - 1).toISOString().slice(0, 10);
    await o.importFile(utilityId, {
      ...{ kind: 'settlement', content, mapping: mapping(name), importedBy: by, isFetched: true },
      name: `${label}, settled until ${until}`,
    });
  }
}

/** Whose payments the rows are; what is nobody's stands at the first utility. */
async function byUtility(
  o: Deps,
  provider: string,
  rows: readonly SettledRow[],
): Promise<ReadonlyMap<string, readonly SettledRow[]>> {
  const [first] = await o.utilities.list();
  if (first === undefined || rows.length === 0) return new Map();
  const references = rows.map(({ providerRef }) => providerRef);
  const known = await sql<{ reference: string; utility_id: string }>`${prepared}
    SELECT r.provider_reference AS reference, p.utility_id
    FROM provider_reference_directory r JOIN payment_directory p ON p.payment_id = r.payment_id
    WHERE r.provider = ${provider} AND r.provider_reference = ANY(${references}::text[])`.execute(
    o.database.directories,
  );
  const owner = new Map(known.rows.map((row) => [row.reference, row.utility_id]));
  return Map.groupBy(rows, ({ providerRef }) => owner.get(providerRef) ?? first.id);
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** In the order of the payments, so that the same rows are the same file; null without any. */
function csvOf({ currency, zone }: Utility, rows: readonly SettledRow[]): string | null {
  const amount = (minor: bigint): string =>
    formatAmount(minor, currency).replaceAll(/[^\d.-]/g, '');
  const lines = rows
    .filter((row) => row.currency === currency.code)
    .map((row) => {
      const date = zonedAt(row.paidAtMs, zone).toPlainDate().toString();
      const texts = [row.providerRef, row.payout ?? ''].map(quoted);
      return [texts[0], amount(row.amountMinor), amount(row.feeMinor), date, texts[1]].join(',');
    })
    .map((line) => `${line},${currency.code}`)
    .sort();
  return lines.length === 0
    ? null
    : `reference,amount,fee,date,payout,currency\n${lines.join('\n')}\n`;
}
