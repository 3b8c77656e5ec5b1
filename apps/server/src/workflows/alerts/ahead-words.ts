// What customers read of a change before it happens: what changes, when, and what follows.

import { zonedAt } from '@prewatt/quantities';
import type { MessageKind } from '../../messaging/messages/index.ts';
import {
  dateIn,
  type MessageTextKey,
  type MessageValues,
  sayTo,
} from '../../messaging/texts/index.ts';

/** Sums and amounts of energy are written already: "ZAR 12.00", "7.1 kWh". */
export type Ahead =
  | { readonly what: 'toWallet'; readonly due?: OwedAtChange | OwedWithoutPrice }
  | { readonly what: 'toToken'; readonly left: string | null; readonly owed: string | null }
  | { readonly what: 'calledOff'; readonly toMode: 'wallet' | 'token' }
  | { readonly what: 'postpaid' }
  | { readonly what: 'prepaid' }
  /** `due` also of an empty one. */
  | {
      readonly what: 'walletBegins';
      /** The instant that the home page says, too. */
      readonly sinceMs: number;
      readonly left: string | null;
      /** What was left in the meter; null where that was nothing, or money. */
      readonly credit: Credit | null;
      readonly isEmpty: boolean;
      readonly due?: OwedAtChange;
    }
  /** `untilMs`: of a cut for safety, which ends by itself. */
  | { readonly what: 'held'; readonly untilMs: number | null }
  | { readonly what: 'released'; readonly how: 'button' | 'itself' | 'neverOff' }
  /** `lastDay`: the civil day that still counts, "2026-12-08". */
  | { readonly what: 'flagEnds'; readonly lastDay: string }
  | { readonly what: 'flagEnded' }
  | {
      readonly what: 'weatherEnds';
      readonly weather: 'heat' | 'cold';
      readonly offAtMs: number;
      readonly payAtLeast: string | null;
    }
  /** `offAtMs` null: no other rule keeps supply on. */
  | {
      readonly what: 'weatherWithdrawn';
      readonly weather: 'heat' | 'cold';
      readonly date: string;
      readonly offAtMs: number | null;
      readonly payAtLeast: string | null;
    }
  /** Of grace after the change to prepayment. */
  | {
      readonly what: 'graceLent';
      readonly lent: string;
      readonly limit: string;
      readonly isAll: boolean;
      readonly untilMs: number;
    }
  /** Power above the limit opened the switch. `isLow`: a limit of the rules while credit is low. */
  | {
      readonly what: 'limit';
      readonly limitW: number;
      readonly isLow: boolean;
      readonly byButton: boolean;
    }
  | {
      readonly what: 'lent';
      readonly lent: string;
      readonly limit: string;
      readonly isAll: boolean;
      readonly payAtLeast: string | null;
    };

/** "12.3 kWh", and the price of a kWh, with which it became money. */
export type Credit = { readonly energy: string; readonly price: string };

/** Of a wallet that begins with money owed. */
export type OwedAtChange = {
  readonly owed: string;
  /** What the meter has lent, "60.1 kWh"; null where nothing of it is lent energy. */
  readonly lent: string | null;
  /** Of a kWh that was lent, once it is money; null before. */
  readonly price: string | null;
  /** For supply to stay on, or to come back. */
  readonly payAtLeast: string;
  /**
   * When supply goes off: at once, at a time that a rule sets, when a rule or emergency credit ends
   * at no known time, or never, in a home that is marked as medical or vulnerable.
   */
  readonly off: 'atOnce' | 'rule' | 'emergency' | 'marked' | { readonly atMs: number };
};

/** Of what the meter has lent, while nobody knows a price. */
export type OwedWithoutPrice = { readonly owed: null; readonly lent: string };

export type AheadPlace = {
  readonly home: string;
  readonly zone: string;
  readonly url: string;
  /** The utility's phone for help; null where it has none. */
  readonly help: string | null;
};

export const aheadKinds: Readonly<Record<Ahead['what'], MessageKind>> = {
  toWallet: 'paymentModeChanges',
  toToken: 'paymentModeChanges',
  calledOff: 'paymentModeChanges',
  postpaid: 'paymentModeChanges',
  prepaid: 'paymentModeChanges',
  walletBegins: 'walletBegins',
  held: 'supplyHeld',
  released: 'supplyReleased',
  flagEnds: 'protectionEnds',
  flagEnded: 'protectionEnds',
  weatherEnds: 'protectionEnds',
  weatherWithdrawn: 'protectionEnds',
  graceLent: 'lendingEnds',
  limit: 'limitReached',
  lent: 'lendingEnds',
};

/** In the language of the reader: sentences of messaging/texts, in their order. */
export function aheadText(language: string | null, a: Ahead, o: AheadPlace): string {
  const say: Say = (key, values) => sayTo(language, key, values);
  const at = (atMs: number) => instantIn(language, atMs, o.zone);
  const { home, url } = o;
  switch (a.what) {
    case 'toWallet':
      if (a.due === undefined) return say('ahead.toWallet', { home });
      return sentences(say('ahead.toOwingWallet', { home }), ...owingText(a.due, { say, at, url }));
    case 'toToken':
      return sentences(
        say('ahead.toToken', { home }),
        a.left && say('ahead.toTokenLeft', { left: a.left }),
        a.owed && say('ahead.toTokenOwed', { owed: a.owed }),
        say('ahead.toTokenThen', {}),
      );
    case 'calledOff':
      return say(a.toMode === 'wallet' ? 'ahead.noWallet' : 'ahead.noTokens', { home });
    case 'postpaid':
      return say('ahead.postpaid', { home });
    case 'prepaid':
      return say('ahead.prepaid', { home, url });
    case 'walletBegins':
      return beginsText(a, { say, at, home, url });
    case 'held':
      return sentences(
        a.untilMs === null
          ? say('ahead.held', { home })
          : say('ahead.heldSafety', { home, time: at(a.untilMs) }),
        o.help && say('ahead.ask', { help: o.help }),
      );
    case 'released':
      return say(releasedKeys[a.how], { home });
    case 'flagEnds': {
      const day = Temporal.PlainDate.from(a.lastDay);
      const next = dateIn(language, day.add({ days: 1 }));
      return sentences(
        say('ahead.flagEnds', { home, day: dateIn(language, day), next }),
        o.help === null ? say('ahead.flagTell', {}) : say('ahead.flagCall', { help: o.help }),
      );
    }
    case 'flagEnded':
      return say('ahead.flagEnded', { home, url });
    case 'weatherEnds':
    case 'weatherWithdrawn':
      return weatherText(language, a, { ...o, say, at });
    case 'graceLent':
      return a.isAll
        ? say('ahead.graceAll', { home, url, lent: a.lent, limit: a.limit })
        : say('ahead.gracePart', { home, url, lent: a.lent, limit: a.limit, until: at(a.untilMs) });
    case 'limit':
      return sentences(
        say(a.byButton ? 'ahead.trippedFive' : 'ahead.tripped', {
          ...{ home, watts: String(a.limitW), low: a.isLow ? say('ahead.whileLow', {}) : '' },
        }),
        a.isLow ? say('ahead.buyToLift', { url }) : null,
      );
    case 'lent':
      return sentences(
        say(a.isAll ? 'ahead.lentAll' : 'ahead.lentPart', { home, lent: a.lent, limit: a.limit }),
        a.payAtLeast === null
          ? say('alert.payIn', { url })
          : say('ahead.lentPay', { least: a.payAtLeast, url }),
      );
  }
}

type Say = <Key extends MessageTextKey>(key: Key, values: MessageValues<Key>) => string;
type Saying = {
  readonly say: Say;
  readonly at: (atMs: number) => string;
  readonly url: string;
};

const sentences = (...all: readonly (string | null)[]): string =>
  all.filter((each) => each !== null).join(' ');

/** "Wed, 9 Dec, 08:00" */
function instantIn(language: string | null, atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone);
  return `${dateIn(language, at.toPlainDate())}, ${at.toPlainTime().toString().slice(0, 5)}`;
}

const releasedKeys = {
  button: 'ahead.freeButton',
  itself: 'ahead.freeItself',
  neverOff: 'ahead.neverOff',
} as const;

/** What a change to a wallet makes of energy that is owed, and what keeps supply on. */
function owingText(due: OwedAtChange | OwedWithoutPrice, o: Saying): readonly string[] {
  const { say, url } = o;
  if (due.owed === null) return [say('ahead.lentNoPrice', { lent: due.lent, url })];
  const { owed, lent } = due;
  const what =
    lent === null ? say('ahead.willOwe', { owed }) : say('ahead.willOweLent', { lent, owed });
  return [what, payOrOff(due, o)];
}

type Begins = Extract<Ahead, { what: 'walletBegins' }>;

function beginsText(a: Begins, o: Saying & { readonly home: string }): string {
  const { say, home, url } = o;
  const { due, credit: left } = a;
  const of = { home, time: o.at(a.sinceMs) };
  // Where it came from, of money or of a debt that is there at the beginning.
  const credit = [
    due === undefined ? '' : lentText(due, say),
    left === null ? '' : say('ahead.beginsCredit', left),
  ].join('');
  if (due === undefined) {
    const begins =
      a.left === null
        ? say('ahead.beginsEmpty', { ...of, credit })
        : say('ahead.begins', { ...of, credit, left: a.left });
    return sentences(begins, say('ahead.beginsThen', { url }));
  }
  const begins = a.isEmpty
    ? say('ahead.beginsEmpty', { ...of, credit })
    : say('ahead.beginsOwing', { ...of, credit, owed: due.owed });
  return sentences(begins, say('ahead.beginsAdded', {}), payOrOff(due, o));
}

function lentText({ lent, price }: OwedAtChange, say: Say): string {
  if (lent === null) return '';
  return price === null
    ? say('ahead.beginsLent', { lent })
    : say('ahead.beginsLentAt', { lent, price });
}

function payOrOff({ off, payAtLeast: least }: OwedAtChange, { say, at, url }: Saying): string {
  if (off === 'marked') return say('ahead.offMarked', { url });
  if (off === 'atOnce') return say('ahead.offAtOnce', { least, url });
  if (off === 'rule') return say('ahead.offRule', { least, url });
  if (off === 'emergency') return say('ahead.offEmergency', { least, url });
  return say('ahead.offAt', { time: at(off.atMs), least, url });
}

type Weather = Extract<Ahead, { what: 'weatherEnds' | 'weatherWithdrawn' }>;

function weatherText(
  language: string | null,
  a: Weather,
  { say, at, home, url }: Saying & { readonly home: string },
): string {
  const isHeat = a.weather === 'heat';
  const { payAtLeast: least } = a;
  if (a.what === 'weatherEnds') {
    const of = { home, url, time: at(a.offAtMs) };
    return sentences(
      say(isHeat ? 'ahead.heatEnds' : 'ahead.coldEnds', {}),
      least === null
        ? say('ahead.offUnlessBefore', of)
        : say('ahead.offUnlessLeastBefore', { ...of, least }),
    );
  }
  const day = dateIn(language, Temporal.PlainDate.from(a.date));
  const time = a.offAtMs === null ? say('ahead.now', {}) : at(a.offAtMs);
  const of = { home, url, time };
  return sentences(
    say(isHeat ? 'ahead.heatGone' : 'ahead.coldGone', { day }),
    least === null ? say('ahead.offUnless', of) : say('ahead.offUnlessLeast', { ...of, least }),
  );
}
