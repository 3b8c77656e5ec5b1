// What customers read of a change before it happens: what changes, when, and what follows. In the
// language that their phone has chosen for answers.

import { zonedAt } from '@prewatt/quantities';
import type { MessageKind } from '../../messaging/messages/index.ts';

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

/** In English where the language is not known. */
export const aheadText = (language: string | null, ahead: Ahead, o: AheadPlace): string =>
  language === 'sw' ? swahili(ahead, o) : english(ahead, o);

/** "Wed, 9 Dec, 08:00" */
function instantText(atMs: number, language: string, zone: string): string {
  const at = zonedAt(atMs, zone);
  return `${dayText(at.toPlainDate(), language)}, ${at.toPlainTime().toString().slice(0, 5)}`;
}

const dayText = (day: Temporal.PlainDate, language: string): string =>
  day.toLocaleString(language, { weekday: 'short', day: 'numeric', month: 'short' });

function english(a: Ahead, o: AheadPlace): string {
  const { home, url } = o;
  const at = (atMs: number) => instantText(atMs, 'en-GB', o.zone);
  switch (a.what) {
    case 'toWallet':
      if (a.due !== undefined) return toOwingWallet(a.due, o);
      return (
        `${home} changes to a wallet as soon as its meter answers. The credit in the meter becomes ` +
        'money, and what you pay needs no token. From then on what you use is taken from the money; ' +
        'when it is used up supply goes off, unless a rule keeps it on.'
      );
    case 'toToken': {
      const left = a.left === null ? '' : ` Your ${a.left} come as a token.`;
      const owed =
        a.owed === null ? '' : ` The ${a.owed} that you owe are repaid by a part of each purchase.`;
      return (
        `${home} changes from the wallet to tokens as soon as its meter answers.${left}${owed} From ` +
        'then on the meter counts what you buy, and supply goes off when it is used up, unless a ' +
        'rule keeps it on.'
      );
    }
    case 'calledOff':
      return `${home} does not change to ${a.toMode === 'wallet' ? 'a wallet' : 'tokens'}. You pay as before.`;
    case 'postpaid':
      return (
        `the meter of ${home} is set to count what you use, without credit. From then on supply ` +
        'does not go off when credit is used up.'
      );
    case 'prepaid':
      return (
        `the meter of ${home} is set to prepayment. From then on supply goes off when its credit is ` +
        `used up, unless a rule keeps it on. Buy: ${url}`
      );
    case 'walletBegins':
      if (a.due !== undefined) return owingWalletBegins(a.due, a, o);
      return (
        `${home} has a wallet now, with ${a.left ?? 'nothing'} in it${creditText(a.credit)}. What you use from now on, and ` +
        'fixed charges that are due, are taken from it with the next report of the meter. When the ' +
        `money is used up supply goes off, unless a rule keeps it on. Pay in: ${url}`
      );
    case 'held':
      return a.untilMs === null
        ? `supply for ${home} is switched off by us. Paying does not turn it on.${helpText(o)}`
        : `supply for ${home} is switched off for safety, until ${at(a.untilMs)} at the latest. ` +
            `Paying does not turn it on.${helpText(o)}`;
    case 'released':
      return releasedText(a.how, home);
    case 'flagEnds':
      return flagEndsText(a.lastDay, o);
    case 'flagEnded':
      return (
        `the protection that keeps supply for ${home} on without credit has ended. From now on supply ` +
        `goes off when credit is used up, as in other homes. Buy in time: ${url}`
      );
    case 'weatherEnds':
      return (
        `the rule for ${a.weather === 'heat' ? 'hot' : 'cold'} days ends. Supply for ${home}, whose ` +
        `credit is used up, goes off ${at(a.offAtMs)} unless you pay` +
        `${a.payAtLeast === null ? '' : ` at least ${a.payAtLeast}`} before: ${url}`
      );
    case 'weatherWithdrawn':
      return withdrawnText(a, o);
    case 'graceLent':
      return graceText(a, o, at(a.untilMs));
    case 'limit':
      return limitText(a, o);
    case 'lent':
      return lentText(a, o);
  }
}

function toOwingWallet(due: OwedAtChange | OwedWithoutPrice, o: AheadPlace): string {
  if (due.owed === null) {
    return (
      `${o.home} changes to a wallet as soon as its meter answers, and what you pay needs no token. ` +
      `The ${due.lent} that the meter has lent you will be owed in money, due in full and not as a ` +
      `part of each purchase. Until it is paid, supply stays on only while a rule keeps it on: ${o.url}`
    );
  }
  const what = due.lent === null ? 'What you owe' : `The ${due.lent} that the meter has lent you`;
  return (
    `${o.home} changes to a wallet as soon as its meter answers, and what you pay needs no token. ` +
    `${what} will be about ${due.owed} owed in it, due in full and not as a part of each purchase. ` +
    payOrOff(due, o)
  );
}

type Begins = Extract<Ahead, { what: 'walletBegins' }>;

/** Where it came from, of money or of a debt that is there at the beginning. */
const creditText = (credit: Credit | null): string =>
  credit === null
    ? ''
    : `, with the ${credit.energy} that were left in the meter, at ${credit.price} a kWh`;

function owingWalletBegins(due: OwedAtChange, { isEmpty, credit }: Begins, o: AheadPlace): string {
  const at = due.price === null ? '' : `, at ${due.price} a kWh`;
  const from = due.lent === null ? '' : `, for ${due.lent} that the meter had lent you${at}`;
  const with_ = isEmpty ? 'with nothing in it' : `and ${due.owed} are owed in it`;
  return (
    `${o.home} has a wallet now, ${with_}${from}${creditText(credit)}. What you use from now on, ` +
    `and fixed charges that are due, are added with the next report of the meter. ${payOrOff(due, o)}`
  );
}

function payOrOff({ off, payAtLeast }: OwedAtChange, o: AheadPlace): string {
  if (off === 'marked') return `Supply is not cut; what you use is owed. Pay in: ${o.url}`;
  const pay = `you pay in at least ${payAtLeast}`;
  if (off === 'atOnce') return `Supply goes off with the change, until ${pay}: ${o.url}`;
  const at =
    off === 'rule'
      ? 'when the rule that keeps it on ends,'
      : off === 'emergency'
        ? 'when emergency credit, which keeps it on, is used up,'
        : instantText(off.atMs, 'en-GB', o.zone);
  return `Supply goes off ${at} unless ${pay} now, or more when you pay later: ${o.url}`;
}

const helpText = ({ help }: AheadPlace): string => (help === null ? '' : ` Ask: ${help}`);

function releasedText(how: 'button' | 'itself' | 'neverOff', home: string): string {
  if (how === 'neverOff') return `supply for ${home} is not switched off after all.`;
  const then =
    how === 'button'
      ? 'Press the button on your meter to turn it on.'
      : 'It comes on by itself if there is credit.';
  return `supply for ${home} is not switched off by us any more. ${then}`;
}

function flagEndsText(lastDay: string, o: AheadPlace): string {
  const day = Temporal.PlainDate.from(lastDay);
  const next = dayText(day.add({ days: 1 }), 'en-GB');
  const call = o.help === null ? 'tell us' : `call ${o.help}`;
  return (
    `the protection that keeps supply for ${o.home} on without credit ends with ` +
    `${dayText(day, 'en-GB')}. From ${next} on supply goes off when credit is used up, as in other ` +
    `homes. If you still need it, ${call} before.`
  );
}

function limitText(a: Extract<Ahead, { what: 'limit' }>, o: AheadPlace): string {
  const allowed = `the ${a.limitW} W that its meter allows${a.isLow ? ' while credit is low' : ''}`;
  const lifted = a.isLow ? ` Buy to lift the limit: ${o.url}` : '';
  if (a.byButton) {
    return (
      `supply for ${o.home} has gone off five times within an hour, above ${allowed}. Switch off ` +
      'what draws much, then press the button on the meter: supply does not come back by itself.' +
      lifted
    );
  }
  return (
    `${o.home} used more than ${allowed}, and supply went off. Switch off what draws much. Supply ` +
    'comes back after about a minute, or when you press the button on the meter; after five times ' +
    `within an hour only by the button.${lifted}`
  );
}

function lentText(a: Extract<Ahead, { what: 'lent' }>, o: AheadPlace): string {
  const pay = `Pay in${a.payAtLeast === null ? '' : ` at least ${a.payAtLeast}`}: ${o.url}`;
  const then =
    'supply that has gone off is not turned on again in the hours without cuts, until you pay.';
  return a.isAll
    ? `${o.home} owes ${a.lent}, more than the ${a.limit} that we lend. From now on ${then} ${pay}`
    : `${o.home} owes ${a.lent} of the ${a.limit} that we lend. Beyond that ${then} ${pay}`;
}

function withdrawnText(a: Extract<Ahead, { what: 'weatherWithdrawn' }>, o: AheadPlace): string {
  const when = a.offAtMs === null ? 'now' : instantText(a.offAtMs, 'en-GB', o.zone);
  const pay = a.payAtLeast === null ? '' : ` at least ${a.payAtLeast}`;
  return (
    `${dayText(Temporal.PlainDate.from(a.date), 'en-GB')} is no longer a ` +
    `${a.weather === 'heat' ? 'hot' : 'cold'} day without cuts. Supply for ${o.home}, whose credit ` +
    `is used up, goes off ${when} unless you pay${pay}: ${o.url}`
  );
}

function graceText(a: Extract<Ahead, { what: 'graceLent' }>, o: AheadPlace, until: string): string {
  const buy = `Buy: ${o.url}`;
  return a.isAll
    ? `${o.home} owes ${a.lent}, more than the ${a.limit} that we lend after the change to ` +
        `prepayment. From now on supply goes off when credit is used up, unless another rule keeps it on. ${buy}`
    : `${o.home} owes ${a.lent} of the ${a.limit} that we lend after the change to prepayment. Up to ` +
        `there supply stays on without credit until ${until}; beyond that it goes off. ${buy}`;
}

function swahiliOff({ off, payAtLeast }: OwedAtChange, o: AheadPlace): string {
  if (off === 'marked') return `Umeme hautazimwa; unachotumia kitakuwa deni. Lipa: ${o.url}`;
  const least = `angalau ${payAtLeast}`;
  if (off === 'atOnce') return `Umeme utazimwa mara moja, hadi ulipe ${least}: ${o.url}`;
  const at =
    off === 'rule'
      ? 'kanuni inayouzuia ikiisha'
      : off === 'emergency'
        ? 'salio la dharura linalouzuia likiisha'
        : instantText(off.atMs, 'sw', o.zone);
  return `Umeme utazimwa ${at} usipolipa ${least} sasa, au zaidi ukilipa baadaye: ${o.url}`;
}

/** From how much energy the money, or the debt, has come, and at what price. */
function swahiliFrom({ credit, due }: Begins): string {
  const at = (price: string) => `, kwa ${price} kila kWh`;
  if (credit !== null) return `, pamoja na ${credit.energy} za mita${at(credit.price)}`;
  if (due === undefined || due.lent === null) return '';
  return ` kwa ${due.lent} ulizokopeshwa na mita${due.price === null ? '' : at(due.price)}`;
}

function swahiliToOwing(due: OwedAtChange | OwedWithoutPrice, o: AheadPlace): string {
  const lent = `${due.lent} ulizokopeshwa na mita zitakuwa`;
  const what = due.lent === null ? 'Deni lako litakuwa' : lent;
  const first = `${o.home} itatumia pochi mara mita itakapojibu.`;
  return due.owed === null
    ? `${first} ${what} deni la pesa, la kulipwa lote. Hadi ulipe, umeme utabaki tu kanuni ikiuzuia kuzimwa: ${o.url}`
    : `${first} ${what} deni la pesa, kama ${due.owed}, la kulipwa lote. ${swahiliOff(due, o)}`;
}

function swahili(a: Ahead, o: AheadPlace): string {
  const { home, url } = o;
  const at = (atMs: number) => instantText(atMs, 'sw', o.zone);
  const ask = o.help === null ? '' : ` Uliza: ${o.help}`;
  const rule = 'isipokuwa kanuni inauzuia';
  const least = (amount: string | null) => (amount === null ? '' : ` angalau ${amount}`);
  switch (a.what) {
    case 'toWallet':
      if (a.due !== undefined) return swahiliToOwing(a.due, o);
      return `${home} itatumia pochi mara mita itakapojibu. Salio la mita litakuwa pesa, na malipo hayahitaji tokeni. Matumizi yatakatwa kwenye pesa; zikiisha umeme utazimwa, ${rule}.`;
    case 'toToken': {
      const left = a.left === null ? '' : ` ${a.left} zako zitakuja kama tokeni.`;
      const owed =
        a.owed === null ? '' : ` Deni la ${a.owed} litalipwa na sehemu ya kila manunuzi.`;
      return `${home} itatumia tokeni badala ya pochi mara mita itakapojibu.${left}${owed} Salio la mita likiisha umeme utazimwa, ${rule}.`;
    }
    case 'calledOff':
      return `${home} haitatumia ${a.toMode === 'wallet' ? 'pochi' : 'tokeni'}. Unalipa kama awali.`;
    case 'postpaid':
      return `mita ya ${home} itahesabu unachotumia, bila salio. Umeme hautazimwa salio likiisha.`;
    case 'prepaid':
      return `mita ya ${home} itakuwa ya malipo ya kabla. Salio likiisha umeme utazimwa, ${rule}. Nunua: ${url}`;
    case 'walletBegins':
      if (a.due !== undefined) {
        return `${home} ina pochi sasa, yenye ${a.isEmpty ? 'sifuri' : `deni la ${a.due.owed}`}${swahiliFrom(a)}. Unachotumia kuanzia sasa kitaongezwa. ${swahiliOff(a.due, o)}`;
      }
      return `${home} ina pochi sasa, yenye ${a.left ?? 'sifuri'}${swahiliFrom(a)}. Unachotumia kuanzia sasa, na ada zilizofika, vitakatwa na taarifa ijayo ya mita. Pesa zikiisha umeme utazimwa, ${rule}. Lipa: ${url}`;
    case 'held':
      return a.untilMs === null
        ? `tumezima umeme wa ${home}. Kulipa hakutauwasha.${ask}`
        : `umeme wa ${home} umezimwa kwa usalama, hadi ${at(a.untilMs)} si zaidi. Kulipa hakutauwasha.${ask}`;
    case 'released':
      if (a.how === 'neverOff') return `umeme wa ${home} hautazimwa.`;
      return `hatuzimi tena umeme wa ${home}. ${a.how === 'button' ? 'Bonyeza kitufe cha mita kuuwasha.' : 'Utawaka wenyewe kukiwa na salio.'}`;
    case 'flagEnds':
      return `ulinzi unaozuia umeme wa ${home} kuzimwa unaisha ${dayText(Temporal.PlainDate.from(a.lastDay), 'sw')}. Baadaye umeme utazimwa salio likiisha. Ukiuhitaji bado, tuambie kabla.${ask}`;
    case 'flagEnded':
      return `ulinzi uliozuia umeme wa ${home} kuzimwa umeisha. Sasa umeme utazimwa salio likiisha. Nunua mapema: ${url}`;
    case 'weatherEnds':
      return `kanuni ya siku za ${a.weather === 'heat' ? 'joto' : 'baridi'} inaisha. Salio la ${home} limeisha: umeme utazimwa ${at(a.offAtMs)} usipolipa${least(a.payAtLeast)} kabla: ${url}`;
    case 'weatherWithdrawn': {
      const off = a.offAtMs === null ? 'utazimwa sasa' : `utazimwa ${at(a.offAtMs)}`;
      return `${dayText(Temporal.PlainDate.from(a.date), 'sw')} si tena siku ya ${a.weather === 'heat' ? 'joto' : 'baridi'} isiyo na kukatwa. Salio la ${home} limeisha: umeme ${off} usipolipa${least(a.payAtLeast)}: ${url}`;
    }
    case 'graceLent':
      return a.isAll
        ? `${home} inadaiwa ${a.lent}, zaidi ya ${a.limit} tunazokopesha baada ya kuanza malipo ya kabla. Sasa umeme utazimwa salio likiisha, ${rule}. Nunua: ${url}`
        : `${home} inadaiwa ${a.lent} kati ya ${a.limit} tunazokopesha baada ya kuanza malipo ya kabla. Hadi hapo umeme hauzimwi bila salio hadi ${at(a.untilMs)}; zaidi ya hapo utazimwa. Nunua: ${url}`;
    case 'limit': {
      const low = a.isLow ? ' salio likiwa dogo' : '';
      const buy = a.isLow ? ` Nunua kuondoa kikomo: ${url}` : '';
      return a.byButton
        ? `umeme wa ${home} umezimika mara tano kwa saa moja, zaidi ya W ${a.limitW} zinazoruhusiwa${low}. Zima vifaa vikubwa, kisha bonyeza kitufe cha mita: hautawaka wenyewe.${buy}`
        : `${home} imetumia zaidi ya W ${a.limitW} zinazoruhusiwa na mita${low}, na umeme umezimika. Zima vifaa vikubwa. Utawaka baada ya dakika moja au ukibonyeza kitufe cha mita; baada ya mara tano kwa saa ni kwa kitufe tu.${buy}`;
    }
    case 'lent': {
      const then = 'umeme ukizimwa hautawashwa tena katika saa zisizo na kukatwa, hadi ulipe';
      const first = a.isAll
        ? `${home} inadaiwa ${a.lent}, zaidi ya ${a.limit} tunazokopesha. Sasa ${then}`
        : `${home} inadaiwa ${a.lent} kati ya ${a.limit} tunazokopesha. Zaidi ya hapo ${then}`;
      return `${first}. Lipa${least(a.payAtLeast)}: ${url}`;
    }
  }
}
