// A USSD dialogue as a pure state machine: what was typed gives the next screen. Steps are counted
// from the stored state, since a gateway's text repeats wrong answers too; the same hop twice gives
// the same screen; a dropped session is offered again when the customer redials.

import { hasCheckDigit, plainMeter } from '../base/meter-text.ts';

export type UssdScreen =
  | 'main'
  | 'ask-meter'
  | 'ask-amount'
  | 'resume-or-new'
  | 'last-token'
  | 'order-placed'
  | 'goodbye';

export type UssdState = {
  readonly sessionId: string;
  /** All that this session's texts have said so far; null: unknown, the last answer counts. */
  readonly seen: string | null;
  readonly screen: UssdScreen;
  readonly invalid: boolean;
  readonly meter: string | null;
  /** Where a dropped session stood, while its resumption is offered. */
  readonly dropped: UssdScreen | null;
  readonly atMs: number;
};

export type UssdOrder = { readonly meter: string; readonly amount: string; readonly phone: string };

export type UssdReply = {
  readonly state: UssdState;
  readonly screen: UssdScreen;
  readonly invalid: boolean;
  /** `CON` waits for an answer, `END` closes the session. */
  readonly prefix: 'CON' | 'END';
  readonly text: string;
  readonly order: UssdOrder | null;
};

export type UssdRules = {
  /** How long a dropped session is offered again. */
  readonly resumeMs: number;
  /** Whether a number with a valid check digit may be bought for. */
  readonly isMeter: (meter: string) => boolean;
  readonly words: UssdWords;
};

export type UssdWords = Readonly<Record<UssdScreen, string>> & { readonly invalid: string };

export const englishUssd: UssdWords = {
  main: '1 Buy electricity\n2 Last token\n0 Exit',
  'ask-meter': 'Meter number (11 or 13 digits):',
  'ask-amount': 'Amount:',
  'resume-or-new': 'You were buying.\n1 Continue\n2 Start again\n3 Last token',
  'last-token': 'Your last token comes as a text message.',
  'order-placed': 'Confirm the payment on your phone. The token comes as a text message.',
  goodbye: 'Goodbye.',
  invalid: 'Not understood. ',
};

const longestScreen = 182;

/** One hop. `before` is what is stored for this phone and service code, null for nothing. */
export function stepUssd(
  hop: { readonly sessionId: string; readonly phone: string; readonly text: string },
  before: UssdState | null,
  o: { readonly nowMs: number; readonly rules: UssdRules },
): UssdReply {
  const begun = begin(hop, before, o);
  if (begun.repeat) return show(begun.state, null, o.rules);
  let state: UssdState = { ...begun.state, seen: hop.text, atMs: o.nowMs };
  let order: UssdOrder | null = null;
  for (const answer of begun.answers) {
    const next = answered(state, answer, { phone: hop.phone, rules: o.rules });
    state = next.state;
    order = next.order ?? order;
  }
  return show(state, order, o.rules);
}

/**
 * What was typed since this session's text was `seen` last (null: unknown, the last answer counts).
 * Null: nothing, the gateway repeats itself.
 */
export function newAnswers(text: string, seen: string | null): readonly string[] | null {
  const answers = text === '' ? [] : text.split('*').slice(0, 40);
  if (seen === text) return null;
  if (seen === null) return answers.slice(-1);
  return answers.slice(seen === '' ? 0 : seen.split('*').length);
}

type Begun = {
  readonly state: UssdState;
  readonly answers: readonly string[];
  readonly repeat: boolean;
};

function begin(
  hop: { readonly sessionId: string; readonly text: string },
  before: UssdState | null,
  o: { readonly nowMs: number; readonly rules: UssdRules },
): Begun {
  const answers = hop.text === '' ? [] : hop.text.split('*').slice(0, 40);
  if (before !== null && before.sessionId === hop.sessionId) {
    const fresh = newAnswers(hop.text, before.seen);
    return { state: before, answers: fresh ?? [], repeat: fresh === null };
  }
  const fresh = {
    sessionId: hop.sessionId,
    seen: '',
    invalid: false,
    meter: null,
    dropped: null,
    atMs: o.nowMs,
  };
  const unfinished =
    before !== null &&
    o.nowMs - before.atMs <= o.rules.resumeMs &&
    ['ask-meter', 'ask-amount', 'resume-or-new'].includes(before.screen);
  if (!unfinished) return { state: { ...fresh, screen: 'main' }, answers, repeat: false };
  const dropped = before.dropped ?? before.screen;
  const state = { ...fresh, screen: 'resume-or-new' as const, dropped, meter: before.meter };
  return { state, answers, repeat: false };
}

type Step = { readonly state: UssdState; readonly order: UssdOrder | null };

function answered(
  state: UssdState,
  typed: string,
  o: { readonly phone: string; readonly rules: UssdRules },
): Step {
  const answer = typed.trim();
  const to = (screen: UssdScreen, more: Partial<UssdState> = {}): Step => ({
    state: { ...state, screen, invalid: false, ...more },
    order: null,
  });
  const again: Step = { state: { ...state, invalid: true }, order: null };
  switch (state.screen) {
    case 'main':
      if (answer === '1') return to('ask-meter');
      if (answer === '2') return to('last-token');
      return answer === '0' ? to('goodbye') : again;
    case 'resume-or-new':
      if (answer === '1') return to(state.dropped ?? 'main', { dropped: null });
      if (answer === '2') return to('main', { dropped: null, meter: null });
      return answer === '3' ? to('last-token', { dropped: null }) : again;
    case 'ask-meter': {
      const meter = plainMeter(answer);
      return hasCheckDigit(meter) && o.rules.isMeter(meter) ? to('ask-amount', { meter }) : again;
    }
    case 'ask-amount': {
      if (!/^\d{1,7}(\.\d{1,2})?$/.test(answer) || Number(answer) === 0) return again;
      const order = { meter: state.meter ?? '', amount: answer, phone: o.phone };
      return { ...to('order-placed'), order };
    }
    default:
      return again;
  }
}

const closing: readonly UssdScreen[] = ['last-token', 'order-placed', 'goodbye'];

function show(state: UssdState, order: UssdOrder | null, rules: UssdRules): UssdReply {
  const { screen, invalid } = state;
  const prefix = closing.includes(screen) ? 'END' : 'CON';
  const words = `${invalid ? rules.words.invalid : ''}${rules.words[screen]}`;
  const text = `${prefix} ${words}`.slice(0, longestScreen);
  return { state, screen, invalid, prefix, text, order };
}
