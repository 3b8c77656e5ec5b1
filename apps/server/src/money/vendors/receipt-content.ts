// The content of a till's receipt, from top to bottom: one for paper, page and file. Sums are
// written with the currency's code, which every printer has.

import type { Receipt } from '@prewatt/api';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import {
  footBlocks,
  type Issuer,
  issuerBlocks,
  type ReceiptBlock,
  type ReceiptContent,
} from '@prewatt/rails';

export type ReceiptFrom = {
  readonly utility: Issuer & { readonly zone: string; readonly currency: Currency };
  readonly vendorName: string;
  readonly till: string;
  /** The number of this copy; null for the receipt itself. */
  readonly copy: number | null;
  /** Of the page that its code opens; null for none. */
  readonly link: string | null;
};

export function receiptContent(receipt: Receipt, o: ReceiptFrom): ReceiptContent {
  const { currency, zone } = o.utility;
  const sum = (minor: string) => formatMoney(BigInt(minor), currency);
  const fact = (name: string, value: string): ReceiptBlock => ({ kind: 'fact', name, value });
  return [
    ...issuerBlocks(o.utility),
    { kind: 'line', text: `Sold by ${o.vendorName}, ${o.till}` },
    ...marks(receipt, o.copy),
    { kind: 'rule' },
    fact('Time', timeText(receipt.soldAt, zone)),
    fact('Place', receipt.connectionName),
    fact('Meter', receipt.meterPan),
    fact('Sale', receipt.saleId),
    { kind: 'rule' },
    { kind: 'fact', name: 'You pay', value: sum(receipt.amountMinor), bold: true },
    ...(receipt.broughtForwardMinor === '0' || isIntoWallet(receipt)
      ? []
      : [fact('Kept from before', `+ ${sum(receipt.broughtForwardMinor)}`)]),
    // Parts of what was paid; of money for a balance, what is gone before it gets there.
    ...receipt.lines.map(({ label, amountMinor }) =>
      fact(label, `${isIntoWallet(receipt) ? '- ' : ''}${sum(amountMinor)}`),
    ),
    ...(isIntoWallet(receipt) ? intoWallet(receipt, currency) : bought(receipt, currency)),
    ...taken(receipt, currency),
    { kind: 'rule' },
    ...tokens(receipt, currency),
    ...footBlocks(o.utility, o.link),
  ];
}

function bought(receipt: Receipt, currency: Currency): ReceiptContent {
  const kept = formatMoney(BigInt(receipt.remainderMinor), currency);
  return [
    ...(receipt.remainderMinor === '0'
      ? []
      : [{ kind: 'fact', name: 'Kept for next time', value: kept } as const]),
    paysDebts(receipt)
      ? { kind: 'line', text: 'Paid what was owed. No electricity was bought.' }
      : { kind: 'fact', name: 'You get', value: givenText(leftOf(receipt), currency), bold: true },
  ];
}

/** Money for a home whose money the ledger holds: no token comes of it. */
const isIntoWallet = (receipt: Receipt): boolean =>
  receipt.energyWh === '0' && receipt.creditMinor === null && !paysDebts(receipt);

/** What was there before and after, and whether that is enough for supply. */
function intoWallet(receipt: Receipt, currency: Currency): ReceiptContent {
  const balance = (when: string, minor: bigint): ReceiptBlock => ({
    kind: 'fact',
    name: `${minor < 0n ? 'Owed' : 'Balance'} ${when}`,
    value: formatMoney(minor < 0n ? -minor : minor, currency),
  });
  const after = BigInt(receipt.remainderMinor);
  const owed = formatMoney(-after, currency);
  return [
    balance('before', BigInt(receipt.broughtForwardMinor)),
    { ...balance('after', after), bold: true } as ReceiptBlock,
    { kind: 'line', text: 'Paid into the balance; there is no token to type.' },
    ...(after > 0n
      ? []
      : [
          {
            kind: 'line',
            text:
              `This was too little. Supply stays off, or goes off soon, until you pay more than ${owed} ` +
              'and what you have used since the last reading.',
          } as const,
        ]),
  ];
}

/** All of it went to what was owed, and no token is to come. */
export const paysDebts = (
  receipt: Pick<Receipt, 'lines' | 'remainderMinor' | 'broughtForwardMinor' | 'energyWh'>,
): boolean =>
  receipt.lines.length > 0 &&
  receipt.lines.every(({ kind }) => kind === 'debt') &&
  [receipt.remainderMinor, receipt.broughtForwardMinor, receipt.energyWh].every(
    (each) => each === '0',
  );

function marks({ reversedAt, moved }: Receipt, copy: number | null): ReceiptContent {
  const mark = (text: string): ReceiptBlock => ({ kind: 'mark', text });
  return [
    ...(copy === null ? [] : [mark(`COPY ${copy}`)]),
    ...(reversedAt === null ? [] : [mark('UNDONE: TOKEN VOID')]),
    ...(moved === null
      ? []
      : [mark(`MOVED ${moved.direction === 'to' ? 'TO' : 'FROM'} METER ${moved.meterPan}`)]),
  ];
}

/** What is on the meter once it has taken what it is owed. */
const leftOf = ({ energyWh, creditMinor, recoveredEnergyWh, recoveredMinor }: Receipt) => ({
  energyWh: (BigInt(energyWh) - BigInt(recoveredEnergyWh)).toString(),
  creditMinor:
    creditMinor === null ? null : (BigInt(creditMinor) - BigInt(recoveredMinor)).toString(),
});

/** What the meter takes of the tokens for use without credit, in words; null for nothing. */
export function takenByMeter(receipt: Receipt, currency: Currency): string | null {
  const { recoveredEnergyWh, recoveredMinor, creditMinor } = receipt;
  if (BigInt(recoveredEnergyWh) + BigInt(recoveredMinor) === 0n) return null;
  // In tenths of a kWh, as they are written: the parts add up to what the token has.
  const tenths = (wh: string): bigint => BigInt(wh) / 100n;
  const takenWh = (tenths(receipt.energyWh) - tenths(leftOf(receipt).energyWh)) * 100n;
  return givenText(
    { energyWh: takenWh.toString(), creditMinor: creditMinor === null ? null : recoveredMinor },
    currency,
  );
}

function taken(receipt: Receipt, currency: Currency): ReceiptContent {
  const value = takenByMeter(receipt, currency);
  if (value === null) return [];
  const name = receipt.tokens.length > 1 ? 'The tokens have' : 'The token has';
  return [
    { kind: 'fact', name, value: givenText(receipt, currency) },
    { kind: 'fact', name: 'The meter takes', value },
    { kind: 'line', text: 'The meter takes it for what was used without credit.' },
  ];
}

/** In the order in which they are typed. */
function tokens(receipt: Receipt, currency: Currency): ReceiptContent {
  const all = [
    ...receipt.keyChangeTokens.map((digits) => ({ digits, name: 'New key of the meter' })),
    ...receipt.liftTokens.map((digits) => ({ digits, name: 'Ends the power limit' })),
    ...receipt.tokens.map(({ token, ...given }) => ({
      digits: token,
      name: givenText(given, currency),
    })),
  ];
  const many = all.length > 1;
  return [
    ...(many ? [{ kind: 'line', text: `Type all ${all.length}, in this order.` } as const] : []),
    ...all.map(({ digits, name }, nth) => ({
      ...({ kind: 'token', digits } as const),
      name: many ? `${nth + 1}. ${name}` : name,
    })),
  ];
}

const givenText = (
  given: { readonly energyWh: string; readonly creditMinor: string | null },
  currency: Currency,
): string =>
  given.creditMinor === null
    ? `${formatKwh(BigInt(given.energyWh))} kWh`
    : formatMoney(BigInt(given.creditMinor), currency);

/** "2026-11-24 12:31", in the utility's zone. */
function timeText(at: string, zone: string): string {
  const there = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  return `${there.toPlainDate().toString()} ${there.toPlainTime().toString().slice(0, 5)}`;
}
