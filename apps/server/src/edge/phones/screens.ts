// A screen as text: at most 182 characters of the GSM alphabet, of which brackets and the like take
// two. What is too long loses the ends of names, never a choice or a digit of a token.

import { fittedToGsm, segmentText } from '@prewatt/rails';
import type { Standing } from './buying.ts';
import { goOn, homesShown, type MenuState } from './menu.ts';
import { topUpDaysAhead } from './top-up.ts';
import type { Words } from './words.ts';

export const longestScreen = 182;

/** What a screen says that the state does not know. */
export type ScreenFacts = {
  /** Names of the phone's homes, in the order of their keys. */
  readonly homes: readonly { readonly key: string; readonly name: string }[];
  /** The home or the friend's, as it may be shown. */
  readonly home: string;
  readonly code: string;
  readonly least: string;
  readonly most: string;
  readonly left: string;
  readonly lasting: string | null;
  readonly owed: string | null;
  readonly toType: string | null;
  /** Why supply is off, or what turns it on. */
  readonly note: string | null;
  readonly digits: string | null;
  readonly meter: string;
  readonly amount: string;
  /** The most that is asked for in a week. */
  readonly week: string;
  /** How the home's automatic top-up stands, in words. */
  readonly topUp: string | null;
  readonly languages: readonly string[];
  readonly ordered: Ordered | null;
};

/** What became of a purchase that was confirmed. */
export type Ordered =
  | 'asked'
  | 'askedFriend'
  | 'link'
  | 'notNow'
  | 'busy'
  | 'away'
  /** Nothing new was begun, or nobody knows whether anything was. */
  | { readonly before: Standing; readonly amount: string; readonly minutes: number };

/** The text of the screen, without what a gateway puts before it. */
export function screenText(state: MenuState, words: Words, facts: ScreenFacts): string {
  const text = bodyOf(state, words, facts);
  const because = becauseOf(state, words, facts);
  return cut(fittedToGsm(because + text));
}

function becauseOf({ why }: MenuState, words: Words, facts: ScreenFacts): string {
  if (why === 'badAmount') return words.badAmount({ least: facts.least, most: facts.most });
  if (why === 'noMeter') return words.noMeter;
  if (why === 'badWeek') return words.badWeek({ amount: facts.amount });
  return why === 'invalid' ? words.invalid : '';
}

function bodyOf(state: MenuState, words: Words, facts: ScreenFacts): string {
  const home = short(facts.home, 24);
  switch (state.screen) {
    case 'menu': {
      const menu = facts.homes.length === 0 ? words.strangerMenu : words.menu;
      if (state.dropped === null) return menu;
      const what = facts.amount === '' ? home : facts.amount;
      return `${goOn} ${words.goOn({ what })}\n${menu}`;
    }
    case 'pick':
      return pickText(state, words, facts);
    case 'amount':
      return words.amount({ home, code: facts.code });
    case 'meter':
      return words.meter;
    case 'confirm':
      return words.confirm({
        ...{ amount: facts.amount, owed: facts.owed },
        home: short(facts.home, facts.owed === null ? 50 : 30),
      });
    case 'balance': {
      // A token to type is more than how long the rest lasts, and a screen is small.
      const hasMore = facts.toType !== null || facts.note !== null;
      const lasting = facts.lasting === null || hasMore ? '' : facts.lasting;
      const act = facts.note ?? (facts.toType === null ? null : words.type(facts.toType));
      const type = act === null ? '' : `\n${act}`;
      return words.balance({ home, left: facts.left, lasting, type });
    }
    case 'token':
      return facts.digits === null ? words.noToken : words.token(facts.digits);
    case 'reject':
      return words.reject({ meter: facts.meter });
    case 'told':
      return words.told;
    case 'topUp':
      return words.topUp({ standing: facts.topUp ?? words.topUpOff });
    case 'topUpAmount':
      return words.topUpAmount({ code: facts.code });
    case 'topUpWeek':
      return words.topUpWeek({ code: facts.code, amount: facts.amount });
    case 'topUpConfirm':
      return words.topUpConfirm({ amount: facts.amount, days: topUpDaysAhead, week: facts.week });
    case 'language':
      return `${words.language}\n${numbered(facts.languages)}`;
    case 'ordered':
      return orderedText(facts.ordered ?? 'notNow', words);
    case 'goodbye':
      return words.goodbye;
  }
}

function orderedText(ordered: Ordered, words: Words): string {
  if (typeof ordered === 'string') return words[ordered];
  switch (ordered.before) {
    case 'asked':
      return words.askedBefore(ordered);
    case 'unclear':
      return words.unclear(ordered);
    case 'other':
      return words.otherBefore(ordered);
    case 'bought':
      return words.boughtBefore(ordered);
  }
}

function pickText(state: MenuState, words: Words, { homes }: ScreenFacts): string {
  const shown = homes.slice(state.from, state.from + homesShown);
  const more = homes.length > state.from + homesShown ? '\n9 >' : '';
  const names = shown.map(({ name }) => short(name, 20));
  return `${words.pick}\n${numbered(names)}${more}\n0 <`;
}

const numbered = (names: readonly string[]): string =>
  names.map((name, i) => `${i + 1} ${name}`).join('\n');

const short = (text: string, length: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}.`;
};

/** Characters that the alphabet lacks become question marks: one would halve the room. */
function cut(text: string): string {
  const whole = segmentText(text);
  if (whole.encoding === 'gsm7' && whole.units <= longestScreen) return text;
  let shown = '';
  let units = 0;
  for (const char of text) {
    const fits = segmentText(char).encoding === 'gsm7' ? char : '?';
    units += segmentText(fits).units;
    if (units > longestScreen) break;
    shown += fits;
  }
  return shown;
}
