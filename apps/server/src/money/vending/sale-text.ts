// What a customer reads of a sale: what was paid, what they get, and the token. In the language
// that the phone chose, or that of the utility's pages.

import { formatAmount, formatKwh } from '@prewatt/quantities';
import { fittedToGsm, segmentText } from '@prewatt/rails';
import { formatTokenDigits } from '@prewatt/sts/codec';
import { inOrder, type MessageTextKey, sayTo } from '../../messaging/texts/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { boughtBy, takesOfSale } from './meter-takes.ts';
import type { IssuedSale } from './sale.ts';
import { anHourText, supplyOfOwing, type WalletOwing, type WalletShort } from './wallet-words.ts';

type Credit = { readonly energyWh: bigint; readonly creditMinor: bigint | null };
type Told = { readonly utility: Utility; readonly language: string };

export function saleText(
  utility: Utility,
  sale: IssuedSale,
  after?: WalletOwing | WalletShort,
): string {
  const language = sale.connection.customerLanguage ?? utility.writing.language;
  const told = { utility, language };
  const paid = sumText(utility, sale.amountMinor);
  const of = { utility: utility.name, paid, home: sale.connection.name };
  if (sale.pays === 'debts') {
    const what = [...new Set(sale.purchase.quote.lines.map(({ label }) => label))].join(', ');
    return sayTo(language, 'sale.debts', { ...of, what });
  }
  if (sale.tokens.length === 0) {
    const left = sumText(utility, sale.purchase.quote.remainderMinor);
    const balance = sayTo(language, 'sale.balance', { left });
    const then = after === undefined ? balance : afterText(told, { after, balance });
    return `${sayTo(language, 'sale.paid', of)} ${then}`;
  }
  const { quote, creditMinor } = sale.purchase;
  const bought = sale.isCarried
    ? sayTo(language, 'sale.carried', {
        ...{ ...of, credit: creditText(told, { energyWh: quote.energyWh, creditMinor }) },
      })
    : getsText(told, sale, of);
  return `${bought} ${tokensText(told, sale)}`;
}

/** With the link of the receipt, where that makes the message no dearer. */
export function withLink(text: string, link: string): string {
  const both = `${text} ${link}`;
  return partsOf(both) === partsOf(text) ? both : text;
}

const partsOf = (text: string): number => segmentText(fittedToGsm(text)).segments;

const sumText = ({ currency }: Utility, minor: bigint): string =>
  `${currency.code} ${formatAmount(minor, currency)}`;

/** "46.5 kWh", or what goes on a meter that counts in money. */
function creditText({ utility, language }: Told, { creditMinor, energyWh }: Credit): string {
  if (creditMinor === null) return `${formatKwh(energyWh)} kWh`;
  return sayTo(language, 'sale.ofCredit', { money: sumText(utility, creditMinor) });
}

/** "you get 46.5 kWh for Flat 1", less what the meter takes for use without credit. */
function getsText(
  told: Told,
  sale: IssuedSale,
  of: { readonly utility: string; readonly paid: string; readonly home: string },
): string {
  const { utility, language } = told;
  const bought = boughtBy(sale);
  const { energyWh, creditMinor } = bought;
  const takes = takesOfSale(utility, sale);
  if (takes.energyWh + takes.minor === 0n) {
    return sayTo(language, 'sale.gets', { ...of, credit: creditText(told, bought) });
  }
  const left = {
    energyWh: energyWh - takes.energyWh,
    creditMinor: creditMinor === null ? null : creditMinor - takes.minor,
  };
  // In tenths of a kWh, as they are written: the parts add up to what the token has.
  const takenWh = (energyWh / 100n - left.energyWh / 100n) * 100n;
  const taken = { energyWh: takenWh, creditMinor: creditMinor === null ? null : takes.minor };
  return sayTo(language, 'sale.getsLess', {
    ...{ ...of, credit: creditText(told, left) },
    ...{ whole: creditText(told, bought), taken: creditText(told, taken) },
  });
}

/** The sum that turned supply on may last for minutes: then an hour's cost stands beside it. */
function afterText(
  told: Told,
  { after, balance }: { readonly after: WalletOwing | WalletShort; readonly balance: string },
): string {
  if (!('isShort' in after)) return owingText(told, after);
  const { language, utility } = told;
  return `${balance} ${anHourText(after.anHour, { language, currency: utility.currency })}`;
}

/** What a payment that was too small leaves: said, since "paid" alone sounds like light. */
function owingText({ utility, language }: Told, owing: WalletOwing): string {
  const { owedMinor } = owing;
  const owed =
    owedMinor === 0n
      ? sayTo(language, 'sale.usedUp', {})
      : sayTo(language, 'sale.owes', { owed: sumText(utility, owedMinor) });
  const supply = supplyOfOwing(owing, { currency: utility.currency, language });
  return supply === null ? owed : `${owed} ${supply}`;
}

type TokensKey = Extract<MessageTextKey, `sale.typeAll${string}` | 'sale.sentAll'>;

function tokensText({ language }: Told, sale: IssuedSale): string {
  const { hasLink } = sale.connection;
  const lift = sale.lift === null ? [] : [sale.lift];
  const all = [
    ...(sale.keyChange?.digits ?? []),
    ...[...lift, ...sale.tokens].map((each) => each.digits),
  ].map((digits) => formatTokenDigits(digits));
  const [token = ''] = all;
  if (all.length === 1) {
    const key = hasLink ? 'sale.sentOne' : 'sale.typeOne';
    return sayTo(language, key, { token: inOrder(language, token) });
  }
  const many: TokensKey = hasLink
    ? 'sale.sentAll'
    : lift.length === 0
      ? 'sale.typeAll'
      : 'sale.typeAllLift';
  return sayTo(language, many, { tokens: all.map((each) => inOrder(language, each)).join(', ') });
}
