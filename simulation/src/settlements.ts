// The provider's settlement files: what it took and kept, some days at a time, with a few rows
// left out, twice, with another amount or of nobody's payment. The laws want each of those on the
// list of differences, and nothing else; and each fee of a payment in the ledger, once.

import type { Services } from '@prewatt/server/services';
import { untilItWorks } from './dying-database.ts';
import type { Observed } from './observed.ts';
import type { FakeProvider } from './provider.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import { zone } from './zone.ts';

export type Settlements = {
  /** One file of all that was taken since the last one and before an instant. */
  readonly bring: (services: Services, untilMs: number) => Promise<void>;
};

type Row = { readonly reference: string; readonly amountMinor: bigint; readonly date: string };
export type Difference =
  `${'missingHere' | 'missingThere' | 'amountDiffers' | 'duplicate'} ${string}`;

const mapping = {
  provider: 'sandbox',
  delimiter: ',',
  skipLines: 0,
  columns: { reference: 'Reference', amount: 'Amount', date: 'Date', fee: 'Fee' },
  numbers: { decimal: '.', group: '' },
  dates: 'YYYY-MM-DD',
} as const;

export function createSettlements(o: {
  readonly seed: number;
  readonly utilityId: string;
  readonly provider: FakeProvider;
  readonly observed: Observed;
}): Settlements {
  const random = createRandom(seedFrom(o.seed, 'settlements'));
  let told = 0;
  let files = 0;
  return {
    bring: async (services, untilMs) => {
      const taken = o.provider.taken().slice(told);
      const rows = taken.filter(({ atMs }) => atMs < untilMs).map(rowOf);
      if (rows.length === 0) return;
      told += rows.length;
      files += 1;
      const spoilt = spoil(rows, { random, number: files });
      for (const difference of spoilt.differences) o.observed.differences.push(difference);
      for (const row of spoilt.rows) if (isOurs(row)) o.observed.providerFeesMinor += feeOf(row);
      const content = ['Reference,Amount,Date,Fee', ...spoilt.rows.map(lineOf)].join('\n');
      const file = { kind: 'settlement', name: `Settlement ${files}`, mapping, content } as const;
      const read = { ...file, importedBy: 'Town' };
      // Somebody who is not sure whether it was read brings it again.
      const times = random.chance(0.5) ? 2 : 1;
      for (let i = 0; i < times; i++) {
        const imported = await untilItWorks(() =>
          services.reconciliation.importFile(o.utilityId, read),
        );
        if (!imported.ok) throw new Error(`no settlement: ${JSON.stringify(imported.error)}`);
      }
    },
  };
}

const rowOf = (paid: ReturnType<FakeProvider['taken']>[number]): Row => ({
  reference: paid.providerReference,
  amountMinor: paid.amountMinor,
  date: Temporal.Instant.fromEpochMilliseconds(paid.atMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString(),
});

const nobody = 'SBX-NOBODY-';
const isOurs = ({ reference }: Row): boolean => !reference.startsWith(nobody);
/** What the provider keeps: a hundredth of what was paid. */
const feeOf = ({ amountMinor }: Row): bigint => amountMinor / 100n;

const decimal = (minor: bigint): string =>
  `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}`;

const lineOf = (row: Row): string =>
  [row.reference, decimal(row.amountMinor), row.date, decimal(feeOf(row))].join(',');

/** What is wrong with a file, and what therefore has to be found. */
function spoil(
  rows: readonly Row[],
  { random, number }: { readonly random: Random; readonly number: number },
): { readonly rows: readonly Row[]; readonly differences: readonly Difference[] } {
  const [first, last] = [rows[0], rows.at(-1)];
  const differences: Difference[] = [];
  const spoilt = rows.flatMap((row): Row[] => {
    const luck = random.next();
    // A file is of the days between its first row and its last: those stay.
    const isInside = row.date !== first?.date && row.date !== last?.date;
    if (luck < 0.1 && isInside) {
      differences.push(`missingThere ${row.reference}`);
      return [];
    }
    if (luck < 0.2) {
      differences.push(`amountDiffers ${row.reference}`);
      return [{ ...row, amountMinor: row.amountMinor + 1n }];
    }
    if (luck < 0.28) {
      differences.push(`duplicate ${row.reference}`);
      return [row, row];
    }
    return [row];
  });
  const stranger = `${nobody}${number}`;
  if (!random.chance(0.3) || first === undefined) return { rows: spoilt, differences };
  differences.push(`missingHere ${stranger}`);
  return { rows: [...spoilt, { ...first, reference: stranger }], differences };
}
