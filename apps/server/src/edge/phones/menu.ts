// The dialogue of a cheap phone as a pure state machine: what was typed and what is known of the
// phone give the next screen and at most one act. Steps are counted from the stored state; the same
// hop twice gives the same screen; a session that was cut off goes on where it stood.

import { hasCheckDigit, newAnswers, plainMeter } from '@prewatt/rails';

export type MenuScreen =
  | 'menu'
  | 'pick'
  | 'amount'
  | 'meter'
  | 'confirm'
  | 'balance'
  | 'token'
  | 'reject'
  | 'told'
  | 'language'
  | 'topUp'
  | 'topUpAmount'
  | 'topUpWeek'
  | 'topUpConfirm'
  | 'ordered'
  | 'goodbye';

/** What is done with the home that is picked. */
type Purpose = 'balance' | 'buy' | 'token' | 'reject' | 'topUp';

export type MenuState = {
  readonly sessionId: string;
  /** All that this session's texts have said so far; null: unknown, the last answer counts. */
  readonly seen: string | null;
  readonly screen: MenuScreen;
  readonly why: 'invalid' | 'badAmount' | 'badWeek' | 'noMeter' | null;
  readonly purpose: Purpose | null;
  /** Of one's own homes by its key, or a friend's by its meter number. */
  readonly home: string | null;
  readonly friend: string | null;
  readonly amount: string | null;
  /** The most that is asked for in a week; states of versions before lack it. */
  readonly week?: string | null;
  /** The first home on the screen. */
  readonly from: number;
  /** Where a session that was cut off stood, while the menu offers to go on there. */
  readonly dropped: MenuScreen | null;
  readonly language: string;
  readonly atMs: number;
};

/** What is known of the phone and of what it typed. */
export type MenuWorld = {
  readonly nowMs: number;
  readonly language: string;
  readonly languages: readonly string[];
  /** Keys of the phone's homes, in the order of the screen. */
  readonly homes: readonly string[];
  /** Whether a number that was typed is a meter of ours. */
  readonly isMeter: (meter: string) => boolean;
  readonly isAmount: (
    amount: string,
    of: { home: string | null; friend: string | null },
  ) => boolean;
  /** The most in a week: no less than one purchase. */
  readonly isWeek: (week: string, of: { home: string | null; amount: string | null }) => boolean;
};

export type MenuAct =
  | {
      readonly kind: 'buy';
      readonly home: string | null;
      readonly friend: string | null;
      readonly amount: string;
    }
  | { readonly kind: 'topUp'; readonly home: string; readonly change: 'off' | 'pause' }
  | {
      readonly kind: 'topUp';
      readonly home: string;
      readonly change: 'on';
      readonly amount: string;
      readonly week: string;
    }
  | { readonly kind: 'tell'; readonly home: string }
  | { readonly kind: 'speak'; readonly language: string };

export type MenuStep = { readonly state: MenuState; readonly act: MenuAct | null };

/** How long a session that was cut off is offered again. */
const resumeMs = 600_000;
/** Homes on one screen. */
export const homesShown = 5;
const unfinished: readonly MenuScreen[] = [
  ...(['amount', 'confirm', 'topUpAmount', 'topUpWeek', 'topUpConfirm'] as const),
];
/** The answer of the menu that goes on. */
export const goOn = '8';
export const closing: readonly MenuScreen[] = ['ordered', 'goodbye'];

export function stepMenu(
  hop: { readonly sessionId: string; readonly text: string },
  before: MenuState | null,
  world: MenuWorld,
): MenuStep {
  const isSame = before !== null && before.sessionId === hop.sessionId;
  const answers = newAnswers(hop.text, isSame ? before.seen : '');
  if (isSame && answers === null) return { state: before, act: null };
  let state: MenuState = isSame ? before : begin(hop.sessionId, before, world);
  let act: MenuAct | null = null;
  for (const typed of answers ?? []) {
    const next = answered(state, typed.trim(), world);
    state = next.state;
    act = next.act ?? act;
  }
  return { state: { ...state, seen: hop.text, atMs: world.nowMs }, act };
}

function begin(sessionId: string, before: MenuState | null, world: MenuWorld): MenuState {
  const fresh: MenuState = {
    ...{ sessionId, seen: '', screen: 'menu', why: null, purpose: null, home: null },
    ...{ friend: null, amount: null, week: null, from: 0, dropped: null, atMs: world.nowMs },
    language: world.language,
  };
  const isOpen =
    before !== null &&
    world.nowMs - before.atMs <= resumeMs &&
    isWorthGoingOn(before, world) &&
    (before.home === null || world.homes.includes(before.home));
  if (!isOpen) return fresh;
  const { purpose, home, friend, amount, week = null } = before;
  const dropped = before.dropped ?? before.screen;
  return { ...fresh, dropped, purpose, home, friend, amount, week };
}

/** Something was typed that would have to be typed again: more than a choice of the menu. */
function isWorthGoingOn({ screen, dropped, friend, amount }: MenuState, world: MenuWorld): boolean {
  if (dropped !== null) return screen === 'menu';
  if (!unfinished.includes(screen)) return false;
  return friend !== null || amount !== null || world.homes.length > 1;
}

function answered(state: MenuState, answer: string, world: MenuWorld): MenuStep {
  const to = (screen: MenuScreen, more: Partial<MenuState> = {}): MenuStep => ({
    state: { ...state, screen, why: null, ...more },
    act: null,
  });
  const again = (why: MenuState['why'] = 'invalid'): MenuStep => ({
    state: { ...state, why },
    act: null,
  });
  const menu = (): MenuStep => to('menu', nothing);
  switch (state.screen) {
    case 'menu':
      if (answer === goOn && state.dropped !== null) return to(state.dropped, { dropped: null });
      return fromMenu(answer, world, {
        to: (screen, more) => to(screen, { ...nothing, ...more }),
        again,
      });
    case 'pick':
      return fromPick(state, answer, { world, to, again });
    case 'amount':
      return world.isAmount(answer, state) ? to('confirm', { amount: answer }) : again('badAmount');
    case 'meter': {
      if (answer === '0') return menu();
      const friend = plainMeter(answer);
      const isOurs = hasCheckDigit(friend) && world.isMeter(friend);
      return isOurs ? to('amount', { friend, home: null }) : again('noMeter');
    }
    case 'confirm': {
      if (answer === '2') return menu();
      if (answer !== '1') return again();
      const { home, friend, amount } = state;
      return { ...to('ordered'), act: { kind: 'buy', home, friend, amount: amount ?? '' } };
    }
    case 'reject': {
      if (answer === '1') return to('token');
      if (answer === '0') return menu();
      if (answer !== '2' || state.home === null) return again();
      return { ...to('told'), act: { kind: 'tell', home: state.home } };
    }
    case 'topUp': {
      const { home } = state;
      if (answer === '0') return menu();
      if (answer === '1') return to('topUpAmount');
      const change = answer === '2' ? 'pause' : 'off';
      if (home === null || (answer !== '2' && answer !== '3')) return again();
      return { ...to('topUp'), act: { kind: 'topUp', home, change } };
    }
    case 'topUpAmount':
    case 'topUpWeek':
    case 'topUpConfirm':
      return turningOn(state, answer, { world, to, again });
    case 'language': {
      const language = world.languages[Number(answer) - 1];
      if (language === undefined) return again();
      return { state: { ...menu().state, language }, act: { kind: 'speak', language } };
    }
    case 'balance':
    case 'token':
    case 'told':
      return answer === '0' ? menu() : again();
    case 'ordered':
    case 'goodbye':
      return again();
  }
}

/** An automatic top-up is turned on by an amount, a most in a week, and a yes. */
function turningOn(
  { screen, home, amount, week = null }: MenuState,
  answer: string,
  { world, to, again }: Ways & { readonly world: MenuWorld },
): MenuStep {
  if (screen === 'topUpAmount') {
    const isGood = home !== null && world.isAmount(answer, { home, friend: null });
    return isGood ? to('topUpWeek', { amount: answer }) : again('badAmount');
  }
  if (screen === 'topUpWeek') {
    const isGood = world.isWeek(answer, { home, amount });
    return isGood ? to('topUpConfirm', { week: answer }) : again('badWeek');
  }
  const back = to('topUp', { amount: null, week: null });
  if (answer === '2') return back;
  if (answer !== '1' || home === null || amount === null || week === null) return again();
  return { ...back, act: { kind: 'topUp', home, change: 'on', amount, week } };
}

/** The menu knows of nothing that was under way. */
const nothing = {
  ...{ purpose: null, home: null, friend: null, amount: null, week: null, from: 0, dropped: null },
};

type To = (screen: MenuScreen, more?: Partial<MenuState>) => MenuStep;
type Ways = { readonly to: To; readonly again: (why?: MenuState['why']) => MenuStep };

function fromMenu(answer: string, world: MenuWorld, { to, again }: Ways): MenuStep {
  const purposes: Readonly<Record<string, Purpose>> = {
    ...{ 1: 'balance', 2: 'buy', 3: 'token', 4: 'reject', 7: 'topUp' },
  };
  const purpose = Object.hasOwn(purposes, answer) ? purposes[answer] : undefined;
  if (purpose !== undefined && world.homes.length > 0) return pickFor(purpose, world, to);
  if (answer === '5') return to('meter');
  if (answer === '6') return to('language');
  return answer === '0' ? to('goodbye') : again();
}

const screens = {
  ...({ balance: 'balance', buy: 'amount', token: 'token', reject: 'reject' } as const),
  topUp: 'topUp',
} as const;

/** Nobody is asked which home where there is one. */
function pickFor(purpose: Purpose, world: MenuWorld, to: To): MenuStep {
  const [home, ...others] = world.homes;
  if (home === undefined) return to('menu');
  return others.length > 0 ? to('pick', { purpose }) : to(screens[purpose], { purpose, home });
}

function fromPick(
  state: MenuState,
  answer: string,
  { world, to, again }: Ways & { readonly world: MenuWorld },
): MenuStep {
  const from = state.from + homesShown;
  if (answer === '9' && from < world.homes.length) return to('pick', { from });
  if (answer === '0') return to('menu', { purpose: null, from: 0 });
  const nth = /^[1-5]$/.test(answer) ? Number(answer) - 1 : -1;
  const home = nth === -1 ? undefined : world.homes[state.from + nth];
  return home === undefined ? again() : to(screens[state.purpose ?? 'balance'], { home });
}
