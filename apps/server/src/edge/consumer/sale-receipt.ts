// The receipt of a purchase, as its customer keeps it: what the page shows of it that does not
// change after the payment, in the same words. Sums are written with the currency's code: every
// font has its letters.

import type { QuoteLineJson, SaleView } from '@prewatt/api';
import {
  footBlocks,
  type Issuer,
  type IssuerWords,
  issuerBlocks,
  type ReceiptBlock,
  type ReceiptContent,
} from '@prewatt/rails';
import {
  creditText,
  hourCosts,
  isIntoBalance,
  leftOf,
  printedLanguage,
  type Speech,
  takenOf,
  type Voice,
  voiceOf,
} from '@prewatt/web/consumer';

/** Who it is from, and how it speaks: in English where the letters of a language are not drawn. */
export type ReceiptFrom = {
  readonly issuer: Issuer;
  readonly speech: Speech;
  /** Of its page; null for none. */
  readonly link: string | null;
};

const rule: ReceiptBlock = { kind: 'rule' };
const fact = (name: string, value: string): ReceiptBlock => ({ kind: 'fact', name, value });
const total = (name: string, value: string): ReceiptBlock => ({
  ...({ kind: 'fact', name, value } as const),
  bold: true,
});

export const receiptVoice = (speech: Speech): Voice =>
  voiceOf({ ...speech, language: printedLanguage(speech.language), moneyForm: 'code' });

/** Of a sale that has a receipt (`hasReceipt`). */
export function saleReceipt(view: SaleView, { issuer, speech, link }: ReceiptFrom): ReceiptContent {
  const voice = receiptVoice(speech);
  const { sale, offer } = voice.words;
  const words: IssuerWords = {
    taxNumber: (number) => voice.say(sale.taxNumber, { number }),
    isGenuine: sale.isGenuine,
  };
  return [
    ...issuerBlocks(issuer, words),
    { kind: 'line', text: sale.receipt },
    ...movedMark(view, voice),
    rule,
    fact(sale.for, view.connection.name),
    fact(sale.meterNumber, view.connection.meterPan),
    fact(sale.time, voice.fullTime(view.requestedAtMs)),
    ...(view.providerReference === null ? [] : [fact(sale.paymentNumber, view.providerReference)]),
    fact(sale.purchaseNumber, view.saleId),
    rule,
    total(offer.youPay, voice.money(view.amountMinor)),
    ...(view.paidDebts === true ? lines(view, voice) : []),
    ...(view.paidDebts === true || isIntoBalance(view) ? [] : forCredit(view, voice)),
    ...(view.paidDebts !== true && isIntoBalance(view) ? intoBalance(view, voice) : []),
    ...(view.tokens.length === 0 ? [] : [rule, ...tokens(view, voice)]),
    ...footBlocks(issuer, link, words),
  ];
}

/** A sentence of a page, without what is bold in it. */
const plain = (text: string): string => text.replaceAll(/<\/?b>/g, '');

function movedMark({ moved }: SaleView, { say, words }: Voice): ReceiptContent {
  if (moved === null) return [];
  const { movedFrom, movedTo } = words.sale;
  const message = moved.direction === 'to' ? movedTo : movedFrom;
  return [{ kind: 'mark', text: say(message, { meter: moved.meterPan }) }];
}

/** Parts of what was paid. */
const lines = (view: SaleView, voice: Voice): ReceiptContent =>
  view.lines.map((line) => fact(lineLabel(line, voice), voice.money(line.amountMinor)));

const lineLabel = ({ label, energyWh }: QuoteLineJson, { kwh }: Voice): string =>
  energyWh === null ? label : `${label}, ${kwh(energyWh)}`;

/** What a payment into a wallet went to, and the balance before and after it. */
function intoBalance(view: SaleView, voice: Voice): ReceiptContent {
  const { balanceAfter, balanceBefore, owedAfter, owedBefore } = voice.words.offer;
  const balance = (owed: string, left: string, minor: string) =>
    fact(minor.startsWith('-') ? owed : left, voice.money(minor.replace('-', '')));
  return [
    ...view.lines.map((line) => fact(line.label, `− ${voice.money(line.amountMinor)}`)),
    balance(owedBefore, balanceBefore, view.broughtForwardMinor),
    balance(owedAfter, balanceAfter, view.remainderMinor),
    ...stillOwing(view, voice),
  ];
}

/** By now, as the file is made: supply that a payment did not bring back, and what would. */
function stillOwing({ owing }: SaleView, voice: Voice): ReceiptContent {
  if (owing === null || owing.leastMinor === null) return [];
  const { mayGoOff, staysOff } = voice.words.sale;
  const least = voice.money(owing.leastMinor);
  const supply = plain(voice.say(owing.isOff ? staysOff : mayGoOff, { least }));
  return [{ kind: 'line', text: `${supply}${hourCosts(owing.anHour, voice)}` }];
}

function forCredit(view: SaleView, voice: Voice): ReceiptContent {
  const { keptForNext, keptFromBefore } = voice.words.offer;
  const { broughtForwardMinor: before, remainderMinor: after } = view;
  return [
    ...(before === '0' ? [] : [fact(keptFromBefore, `+ ${voice.money(before)}`)]),
    ...lines(view, voice),
    ...(after === '0' ? [] : [fact(keptForNext, voice.money(after))]),
    ...given(view, voice),
  ];
}

function given(view: SaleView, voice: Voice): ReceiptContent {
  const { energyWh, creditMinor } = view;
  if (energyWh === null) return [];
  const { offer, sale } = voice.words;
  const bought = { ...view, energyWh };
  const taken = takenOf(bought);
  if (taken === null) {
    const name = creditMinor === null ? sale.electricity : sale.onTheMeter;
    return [total(name, creditText(bought, voice))];
  }
  const values = { all: creditText(bought, voice), taken: creditText(taken, voice) };
  return [
    total(sale.onTheMeter, creditText(leftOf(bought), voice)),
    { kind: 'line', text: plain(voice.say(offer.meterTakes, values)) },
  ];
}

/** In the order in which they are typed. */
function tokens({ tokens: all }: SaleView, { say, words }: Voice): ReceiptContent {
  const { nthToken, token } = words.sale;
  const many = all.length > 1;
  const order: ReceiptContent = many ? [{ kind: 'line', text: words.given.inThisOrder }] : [];
  return [
    ...order,
    ...all.map((digits, nth): ReceiptBlock => {
      const name = many ? say(nthToken, { number: nth + 1 }) : token;
      return { kind: 'token', name, digits };
    }),
  ];
}
