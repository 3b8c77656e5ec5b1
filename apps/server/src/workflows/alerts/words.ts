// What a customer reads of a meter's event or of a warning, in their language: one sentence for the
// state, one for what to do. The sentences stand in messaging/texts.

import type { MessageKind } from '../../messaging/messages/index.ts';
import { inOrder, sayTo } from '../../messaging/texts/index.ts';
import type { WithoutBuying } from './without-buying.ts';

export type Ends = { readonly usual: string; readonly present: string | null };

export type TextParts = {
  readonly language: string;
  readonly home: string;
  readonly left: string | null;
  /** ", enough for 2 to 4 days as you use it" */
  readonly lasting: string | null;
  /** "22:40" in a message that comes later. */
  readonly at: string | null;
  /** What is said of supply that stays on. */
  readonly promise: string | null;
  /** "ZAR 187.01" */
  readonly payAtLeast: string | null;
  /** "An hour at 5.0 kW costs ZAR 9.50."; null where nobody knows the power. */
  readonly anHour: string | null;
  readonly buyUrl: string;
  readonly instead: WithoutBuying;
  readonly ends: Ends | null;
  readonly used: string | null;
  /** Somebody holds supply off: no payment turns it on. */
  readonly isHeld: boolean;
  /** Money is paid in; nothing is bought. */
  readonly isWallet: boolean;
};

export function textOf(kind: MessageKind, o: TextParts): string {
  const { language, home, at } = o;
  const credit = creditOf(o);
  switch (kind) {
    case 'creditLow':
    case 'creditVeryLow':
      return lowText(kind, o);
    case 'supplyOff':
      return o.isHeld ? sayTo(language, 'alert.held', { credit }) : offText(o);
    case 'protectedSupply': {
      const promise = o.promise ?? sayTo(language, 'alert.forNow', {});
      return o.isWallet
        ? `${sayTo(language, 'alert.staysWallet', { credit, promise })} ${payIn(o)}`
        : `${sayTo(language, 'alert.staysToken', { credit, promise })} ${typeOr('alert.buy', o)}`;
    }
    case 'emergencyCredit':
      return `${sayTo(language, 'alert.staysEmergency', { credit })} ${payIn(o)}`;
    case 'endsInTwoDays':
    case 'endsInHalfDay':
    case 'endsAtPresentUse':
      return endsText(kind, o);
    case 'weeklyDigest':
      return weekText(o);
    case 'supplyRestored':
      return at === null
        ? sayTo(language, 'alert.onAgain', { home })
        : sayTo(language, 'alert.onAgainSince', { home, time: at });
    case 'tokenIssued':
    case 'walletCredited':
    case 'saleReversed':
    case 'powerLimit':
    case 'topUp':
    case 'customerChanged':
    case 'payerReceipt':
    case 'answer':
    case 'paymentModeChanges':
    case 'walletBegins':
    case 'supplyHeld':
    case 'supplyReleased':
    case 'protectionEnds':
    case 'lendingEnds':
    case 'limitReached':
      throw new Error(`${kind} is no meter’s message`);
  }
}

function lowText(kind: 'creditLow' | 'creditVeryLow', o: TextParts): string {
  const { language } = o;
  const state = {
    credit: creditOf(o),
    left: o.left === null ? '' : sayTo(language, 'alert.left', { amount: o.left }),
    lasting: o.lasting ?? '',
  };
  const isLow = kind === 'creditLow';
  const first =
    o.at === null
      ? sayTo(language, isLow ? 'alert.low' : 'alert.veryLow', state)
      : sayTo(language, isLow ? 'alert.wasLow' : 'alert.wasVeryLow', {
          ...{ ...state, at: sayTo(language, 'alert.at', { time: o.at }) },
        });
  // Only when the end is near: what happens then.
  return sentences(first, isLow ? null : thenText(o), moreText(o));
}

function offText(o: TextParts): string {
  const { language, payAtLeast } = o;
  const { emergency, tokens } = o.instead;
  const first = sayTo(language, 'alert.isOff', { credit: creditOf(o) });
  if (tokens.length > 0) return sentences(first, typeText(o, 'andOn'));
  const take =
    emergency === null ? null : sayTo(language, 'alert.takeEmergency', { amount: emergency });
  const url = o.buyUrl;
  if (payAtLeast === null)
    return sentences(first, take, sayTo(language, 'alert.anyPurchase', { url }));
  const pay = sayTo(language, 'alert.payToTurnOn', { least: payAtLeast });
  return sentences(first, take, pay, o.anHour, sayTo(language, 'alert.pay', { url }));
}

/** What the forecast says of the time ahead. */
function endsText(kind: 'endsInTwoDays' | 'endsInHalfDay' | 'endsAtPresentUse', o: TextParts) {
  const { language, ends } = o;
  const credit = creditOf(o);
  const left = o.left === null ? '' : sayTo(language, 'alert.leftBeside', { amount: o.left });
  const usual = ends?.usual ?? sayTo(language, 'alert.soon', {});
  const present = ends?.present ?? null;
  // Whichever warning it is: who uses much now is told of now.
  if (kind === 'endsAtPresentUse' || present !== null) {
    const said = present ?? sayTo(language, 'alert.shortWhile', {});
    const first = sayTo(language, 'alert.endsNow', { credit, left, usual, present: said });
    return sentences(first, moreText(o));
  }
  return sentences(
    sayTo(language, 'alert.ends', { credit, left, usual }),
    thenText(o),
    moreText(o),
  );
}

function weekText({ language, home, used, left, lasting, buyUrl }: TextParts): string {
  return sentences(
    `${home}:`,
    used && sayTo(language, 'alert.weekUsed', { amount: used }),
    left && sayTo(language, 'alert.weekLeft', { amount: left, lasting: lasting ?? '' }),
    buyUrl,
  );
}

const sentences = (...all: readonly (string | null)[]): string =>
  all.filter((each) => each !== null).join(' ');

/** "credit for Flat 3", or the money of a wallet: both are one thing in a sentence. */
const creditOf = ({ home, isWallet, language }: TextParts): string =>
  sayTo(language, isWallet ? 'alert.money' : 'alert.credit', { home });

const thenText = ({ promise, language }: TextParts): string | null =>
  promise && sayTo(language, 'alert.then', { promise });

const payIn = ({ language, buyUrl: url }: TextParts): string =>
  sayTo(language, 'alert.payIn', { url });

/** A token that was bought already, before another is. */
const typeOr = (buy: 'alert.buy' | 'alert.buyMore', o: TextParts): string =>
  o.instead.tokens.length > 0 ? typeText(o, 'alone') : sayTo(o.language, buy, { url: o.buyUrl });

const moreText = (o: TextParts): string =>
  o.isWallet && o.instead.tokens.length === 0 ? payIn(o) : typeOr('alert.buyMore', o);

function typeText({ language, instead }: TextParts, how: 'alone' | 'andOn'): string {
  const [token = '', ...others] = instead.tokens.map((each) => inOrder(language, each));
  if (others.length === 0) {
    return sayTo(language, how === 'alone' ? 'alert.typeOne' : 'alert.typeOneOn', { token });
  }
  const tokens = [token, ...others].join(', ');
  return sayTo(language, how === 'alone' ? 'alert.typeAll' : 'alert.typeAllOn', { tokens });
}
