// A till's receipt, or a trial's quote, as transactions of XMLVend. What was paid is the sum of
// them to the cent: money that stays prepaid is a transaction of its own, and so is prepaid money
// that was used, with a minus.

import type { QuoteLineJson, Receipt, VendorQuote } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { decimalOf } from '@prewatt/rails';
import type { MeterDetail, WrittenReceipt, WrittenTx } from '@prewatt/rails/xmlvend-written';

/** Stands where a trial has no token, and must not be printed. */
const noToken = '0'.repeat(20);

type Sold = Pick<Receipt, 'amountMinor' | 'broughtForwardMinor' | 'lines' | 'remainderMinor'>;

type Around = {
  readonly receiptNo: string;
  readonly meter: MeterDetail;
  readonly currency: Currency;
  /** What the customer handed over; the amount where the request did not say. */
  readonly tenderMinor: bigint | null;
};

export function writtenReceipt(receipt: Receipt, around: Around): WrittenReceipt {
  const issues = receipt.tokens.map((token) => ({
    ...({ kind: 'sale', token: token.token } as const),
    ...unitsOf(token, around.currency),
  }));
  const [first, ...others] = issues;
  const sale = saleTx(receipt, {
    issue: first ?? null,
    keyChange: receipt.keyChangeTokens,
    powerLimit: receipt.liftTokens,
  });
  const more = others.map(
    (issue): WrittenTx => ({
      ...{ kind: 'sale', netMinor: 0n, taxes: [], keyChange: [], powerLimit: [] },
      ...{ issue, tariff: null },
    }),
  );
  return wrapped(receipt, around, [sale, ...more]);
}

/** Money for what was owed: one transaction a debt, nothing to type. */
export function writtenPayment(receipt: Receipt, around: Around): WrittenReceipt {
  const paid = receipt.lines.map(
    (line): WrittenTx => ({
      ...{ kind: 'account', amountMinor: BigInt(line.amountMinor), desc: line.label },
    }),
  );
  const whole = wrapped(receipt, around, []);
  return { ...whole, transactions: paid };
}

export function writtenTrial(quote: VendorQuote, around: Around): WrittenReceipt {
  const issue = { kind: 'sale', token: noToken, ...unitsOf(quote, around.currency) } as const;
  return wrapped(quote, around, [saleTx(quote, { issue, keyChange: [], powerLimit: [] })]);
}

function wrapped(sold: Sold, around: Around, sales: readonly WrittenTx[]): WrittenReceipt {
  const { receiptNo, meter, currency } = around;
  const amountMinor = BigInt(sold.amountMinor);
  const tendered = around.tenderMinor ?? amountMinor;
  const tenderMinor = tendered > amountMinor ? tendered : amountMinor;
  return {
    ...{ receiptNo, meter, symbol: currency.code, scale: currency.scale },
    transactions: [...sales, ...chargesOf(sold)],
    tenderMinor,
    changeMinor: tenderMinor - amountMinor,
  };
}

const sumOf = (lines: readonly QuoteLineJson[], kind: QuoteLineJson['kind']): bigint =>
  lines
    .filter((line) => line.kind === kind)
    .reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);

function saleTx(
  sold: Sold,
  tokens: Pick<Extract<WrittenTx, { kind: 'sale' }>, 'issue' | 'keyChange' | 'powerLimit'>,
): WrittenTx {
  const { lines } = sold;
  return {
    ...tokens,
    kind: 'sale',
    netMinor: sumOf(lines, 'energy'),
    taxes: lines
      .filter((line) => line.kind === 'tax' && line.amountMinor !== '0')
      .map((line) => ({ amountMinor: BigInt(line.amountMinor), percent: line.percent ?? null })),
    tariff: tariffName(lines),
  };
}

/** Each block that the sale is in, as the tariff calls it; null where none was bought. */
function tariffName(lines: Sold['lines']): string | null {
  const energy = lines.filter((line) => line.kind === 'energy');
  // Rebates and repricing are energy's, too, and have none of their own.
  const bought = energy.filter((line) => line.energyWh !== null);
  const named = bought.length > 0 ? bought : energy;
  return named.length === 0 ? null : [...new Set(named.map(({ label }) => label))].join(', ');
}

function chargesOf(sold: Sold): WrittenTx[] {
  const kinds = { fee: 'service', debt: 'debt' } as const;
  const charges = sold.lines.flatMap((line): WrittenTx[] =>
    line.kind === 'energy' || line.kind === 'tax' || line.amountMinor === '0'
      ? []
      : [{ kind: kinds[line.kind], amountMinor: BigInt(line.amountMinor), desc: line.label }],
  );
  const kept = BigInt(sold.remainderMinor) - BigInt(sold.broughtForwardMinor);
  if (kept === 0n) return charges;
  const desc = kept > 0n ? 'Kept for the next purchase' : 'Kept from before, used now';
  return [...charges, { kind: 'account', amountMinor: kept, desc }];
}

/** Energy in kilowatt-hours, or money for a meter that counts in money. */
export function unitsOf(
  of: { readonly energyWh: string; readonly creditMinor: string | null },
  currency: Currency,
): { readonly units: string; readonly siUnit: string } {
  if (of.creditMinor !== null) {
    return { units: decimalOf(BigInt(of.creditMinor), currency.scale), siUnit: currency.code };
  }
  return { units: kwhText(BigInt(of.energyWh)), siUnit: 'kWh' };
}

/** "40.2": tokens carry steps of 100 Wh; a finer amount keeps its digits. */
export const kwhText = (energyWh: bigint): string => decimalOf(energyWh, 3).replace(/0{1,2}$/, '');
