// The receipt of a purchase, as its customer keeps it: what the page shows of it that does not
// change after the payment. Sums are written with the currency's code: every font has its letters.

import type { QuoteLineJson, SaleView } from '@prewatt/api';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import {
  footBlocks,
  type Issuer,
  issuerBlocks,
  type ReceiptBlock,
  type ReceiptContent,
} from '@prewatt/rails';
import { fullTime, isIntoBalance, leftOf, takenOf } from '@prewatt/web/consumer';
import { supplyOfOwing } from '../../money/vending/index.ts';

export type ReceiptUtility = Issuer & {
  readonly zone: string;
  readonly currency: Currency;
};

const rule: ReceiptBlock = { kind: 'rule' };
const fact = (name: string, value: string): ReceiptBlock => ({ kind: 'fact', name, value });
const total = (name: string, value: string): ReceiptBlock => ({
  ...({ kind: 'fact', name, value } as const),
  bold: true,
});

/** Of a sale that has a receipt (`hasReceipt`); `link` opens its page, null for none. */
export function saleReceipt(
  view: SaleView,
  utility: ReceiptUtility,
  link: string | null,
): ReceiptContent {
  const { currency } = utility;
  return [
    ...issuerBlocks(utility),
    { kind: 'line', text: 'Receipt' },
    ...movedMark(view),
    rule,
    fact('For', view.connection.name),
    fact('Meter number', view.connection.meterPan),
    fact('Time', fullTime(view.requestedAtMs, utility.zone)),
    ...(view.providerReference === null ? [] : [fact('Payment number', view.providerReference)]),
    fact('Purchase number', view.saleId),
    rule,
    total('You pay', formatMoney(BigInt(view.amountMinor), currency)),
    ...(view.paidDebts === true ? paidDebts(view, currency) : []),
    ...(view.paidDebts === true || isIntoBalance(view) ? [] : forCredit(view, currency)),
    ...(view.paidDebts !== true && isIntoBalance(view) ? intoBalance(view, currency) : []),
    ...(view.tokens.length === 0 ? [] : [rule, ...tokens(view)]),
    ...footBlocks(utility, link),
  ];
}

function movedMark({ moved }: SaleView): ReceiptContent {
  if (moved === null) return [];
  const way = moved.direction === 'to' ? 'to' : 'here from';
  return [{ kind: 'mark', text: `Moved ${way} meter ${moved.meterPan}` }];
}

const paidDebts = (view: SaleView, currency: Currency): ReceiptContent =>
  view.lines.map((line) => fact(line.label, formatMoney(BigInt(line.amountMinor), currency)));

/** What a payment into a wallet went to, and the balance before and after it. */
function intoBalance(view: SaleView, currency: Currency): ReceiptContent {
  const balance = (when: string, minor: bigint) =>
    minor < 0n
      ? fact(`Owed ${when}`, formatMoney(-minor, currency))
      : fact(`Balance ${when}`, formatMoney(minor, currency));
  return [
    ...view.lines.map((line) => fact(line.label, taken(line, currency))),
    balance('before', BigInt(view.broughtForwardMinor)),
    balance('after', BigInt(view.remainderMinor)),
    ...stillOwing(view, currency),
  ];
}

/** By now, as the file is made: supply that a payment did not bring back, and what would. */
function stillOwing({ owing }: SaleView, currency: Currency): ReceiptContent {
  if (owing === null) return [];
  const { anHour, isOff, leastMinor } = owing;
  const text = supplyOfOwing(
    {
      isOff,
      leastMinor: leastMinor === null ? null : BigInt(leastMinor),
      anHour: anHour && { powerW: BigInt(anHour.powerW), minor: BigInt(anHour.minor) },
    },
    // Until receipts speak other languages.
    { currency, language: 'en' },
  );
  return text === null ? [] : [{ kind: 'line', text }];
}

function forCredit(view: SaleView, currency: Currency): ReceiptContent {
  const sum = (minor: string) => formatMoney(BigInt(minor), currency);
  return [
    ...(view.broughtForwardMinor === '0'
      ? []
      : [fact('Kept from before', `+ ${sum(view.broughtForwardMinor)}`)]),
    // Parts of what was paid.
    ...view.lines.map((line) => fact(lineLabel(line), sum(line.amountMinor))),
    ...(view.remainderMinor === '0' ? [] : [fact('Kept for next time', sum(view.remainderMinor))]),
    ...given(view, currency),
  ];
}

const taken = (line: QuoteLineJson, currency: Currency): string =>
  `− ${formatMoney(BigInt(line.amountMinor), currency)}`;

const lineLabel = ({ label, energyWh }: QuoteLineJson): string =>
  energyWh === null ? label : `${label}, ${formatKwh(BigInt(energyWh))} kWh`;

function given(view: SaleView, currency: Currency): ReceiptContent {
  const { energyWh, creditMinor } = view;
  if (energyWh === null) return [];
  const text = (of: Pick<SaleView, 'creditMinor'> & { readonly energyWh: string }): string =>
    of.creditMinor === null
      ? `${formatKwh(BigInt(of.energyWh))} kWh`
      : formatMoney(BigInt(of.creditMinor), currency);
  const taken = takenOf({ ...view, energyWh });
  if (taken === null) {
    return [
      total(creditMinor === null ? 'Electricity' : 'On the meter', text({ energyWh, creditMinor })),
    ];
  }
  return [
    fact(
      view.tokens.length > 1 ? 'The tokens have' : 'The token has',
      text({ energyWh, creditMinor }),
    ),
    fact('The meter takes', text(taken)),
    total('On the meter', text(leftOf({ ...view, energyWh }))),
    { kind: 'line', text: 'The meter takes it for what was used without credit.' },
  ];
}

/** In the order in which they are typed. */
function tokens({ tokens: all }: SaleView): ReceiptContent {
  const many = all.length > 1;
  const order: ReceiptContent = many
    ? [{ kind: 'line', text: `Type all ${all.length} tokens, in this order.` }]
    : [];
  return [
    ...order,
    ...all.map((digits, nth): ReceiptBlock => {
      const name = many ? `Token ${nth + 1}` : 'Token';
      return { kind: 'token', name, digits };
    }),
  ];
}
