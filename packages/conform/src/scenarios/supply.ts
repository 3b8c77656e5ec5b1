// Supply: warned of and cut when credit ends, kept on where the rules say so, limited, switched
// from afar, and what is done to the meter seen.

import { noProtection, type ProtectionRules } from '@prewatt/protection';
import type { AccountState } from '@prewatt/protocol';
import {
  accepts,
  ask,
  does,
  failed,
  gained,
  judged,
  type Kit,
  type Memo,
  memo,
  passed,
  readState,
  type Scenario,
  type Step,
  statusWords,
  sts,
  weigh,
  wordsOfAccount,
} from '../scenario.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const tokens = ['enterToken', 'readState'] as const;

const clearCredit = accepts(
  {
    what: 'Clear the credit with a token',
    token: ({ keys }) => keys.manage({ kind: 'clearCredit', register: 'electricity' }),
    clause: sts('6.2.4'),
  },
  { effect: 'management' },
);

const topUp = (wh: number): Step =>
  accepts(
    { what: `Enter a token of ${wh / 1000} kWh`, token: ({ keys }) => keys.credit(wh) },
    { effect: 'credit', wh },
  );

/** A meter without tokens of its own has no credit that could end. */
const topUpIfAny: Step = {
  ...topUp(20_000),
  run: (kit) =>
    kit.bench.channel.capabilities.abilities.includes('enterToken')
      ? topUp(20_000).run(kit)
      : Promise.resolve(passed('it takes no tokens')),
};

const noLoad = does({ kind: 'load', watts: 0 }, { always: true });

const look = (what: string, expected: string, isRight: (state: AccountState) => boolean): Step => ({
  what,
  expected,
  run: async (kit) => {
    const state = await readState(kit);
    return state.ok ? judged(isRight(state.value), wordsOfAccount(state.value)) : state.seen;
  },
});

const isOn = (state: AccountState): boolean => state.loadSwitch === 'connected';

/** Rules are set where the protocol has a way; elsewhere the meter has those of its maker. */
const noRules: Step = {
  what: 'Take away all rules on cuts, where the protocol can',
  expected: 'done, or no way to do it',
  always: true,
  run: async ({ bench }) => {
    if (bench.setRules === null) return passed('no way to do it');
    return judged(await bench.setRules(noProtection), 'done');
  },
};

/** Waits in steps until the state is as wanted, and gives the ways it went. */
async function until(
  kit: Kit,
  o: { readonly stepMs: number; readonly steps: number },
  isReached: (state: AccountState) => boolean,
) {
  const states: AccountState[] = [];
  for (let step = 0; step <= o.steps; step += 1) {
    const state = await readState(kit);
    if (!state.ok) return { ok: false, seen: state.seen } as const;
    states.push(state.value);
    if (isReached(state.value)) return { ok: true, states, isReached: true } as const;
    const waited = await kit.bench.act({ kind: 'wait', ms: o.stepMs });
    if (waited === null) {
      return { ok: false, seen: { verdict: 'needsHand', seen: 'nobody waited' } } as const;
    }
  }
  return { ok: true, states, isReached: false } as const;
}

const usesUp: Step = {
  what: 'Use it up at 4 kW, looking every quarter of an hour',
  expected: 'in credit, then low credit, then out of credit with the switch open',
  run: async (kit) => {
    const gone = await until(kit, { stepMs: 15 * minuteMs, steps: 40 }, (state) => !isOn(state));
    if (!gone.ok) return gone.seen;
    const ways = gone.states.map(({ creditStatus }) => statusWords[creditStatus]);
    const seen = ways.filter((each, nth) => each !== ways[nth - 1]);
    const last = gone.states.at(-1);
    const isRight = seen.join(', ') === 'in credit, low credit, out of credit' && gone.isReached;
    return judged(isRight, `${seen.join(', ')}; ${last === undefined ? '' : wordsOfAccount(last)}`);
  },
};

const countsEvents = (from: Memo<number>): Step => ({
  what: 'Read the events since then',
  expected: 'one warning of low credit, and one that credit has ended',
  run: async (kit) => {
    if (!kit.bench.channel.capabilities.abilities.includes('readEvents')) {
      return passed('the protocol tells of no events');
    }
    const read = await ask(kit, { kind: 'readEvents', sinceMs: from.value ?? 0 }, 'events');
    if (!read.ok) return read.seen;
    const count = (code: string): number =>
      read.value.events.filter((event) => event.code === code).length;
    const [low, ended] = [count('creditLow'), count('creditExhausted')];
    return judged(low === 1 && ended === 1, `${low} and ${ended}`);
  },
});

const remember = (from: Memo<number>): Step => ({
  what: 'Read the time of the meter',
  expected: 'an answer',
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    from.value = state.value.capturedAtMs;
    return passed(new Date(state.value.capturedAtMs).toISOString());
  },
});

export const lowCredit: Scenario = {
  id: 'low-credit',
  title: 'Credit that ends is warned of, then supply is cut, and a token brings it back',
  why: 'Nobody is to sit in the dark without a warning, or after having paid.',
  needs: tokens,
  needsSwitch: true,
  steps: () => {
    const from = memo<number>();
    const used = memo<bigint>();
    return [
      noRules,
      clearCredit,
      topUp(16_000),
      remember(from),
      does({ kind: 'load', watts: 4000 }),
      usesUp,
      countsEvents(from),
      {
        what: 'Remember the register, and let an hour pass',
        expected: 'nothing flows while the switch is open',
        run: async (kit) => {
          const before = await readState(kit);
          if (!before.ok) return before.seen;
          used.value = before.value.importEnergyWh;
          const waited = await kit.bench.act({ kind: 'wait', ms: hourMs });
          if (waited === null) return { verdict: 'needsHand', seen: 'nobody waited' };
          const after = await readState(kit);
          if (!after.ok) return after.seen;
          return judged(after.value.importEnergyWh === used.value, wordsOfAccount(after.value));
        },
      },
      noLoad,
      topUp(20_000),
      look('Look at the switch', 'on, or waiting for a hand at the meter', (state) =>
        ['connected', 'readyForReconnection'].includes(state.loadSwitch),
      ),
    ];
  },
};

const moves = (to: 'open' | 'close', always?: true): Step => ({
  what: to === 'open' ? 'Open the switch from afar' : 'Close the switch from afar',
  expected: to === 'open' ? 'open' : 'closed, or waiting for a hand at the meter',
  ...(always === undefined ? {} : { always }),
  run: async (kit) => {
    const moved = await ask(kit, { kind: 'switch', to }, 'switched');
    if (!moved.ok) return moved.seen;
    const { loadSwitch } = moved.value;
    const isRight = to === 'open' ? loadSwitch !== 'connected' : loadSwitch !== 'disconnected';
    return judged(isRight, loadSwitch);
  },
});

/** Where a switch was opened that should have been refused. */
const closesAgain: Step = {
  ...moves('close', true),
  run: (kit) =>
    kit.bench.channel.capabilities.abilities.includes('switch')
      ? moves('close').run(kit)
      : Promise.resolve(passed('not offered')),
};

/** A time of day in the meter's zone, as rules have it. */
function timeOf(atMs: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return local.toPlainTime().toString({ smallestUnit: 'minute' });
}

const friendlyFrom = (atMs: number, zone: string): ProtectionRules => ({
  ...noProtection,
  friendlyHours: [
    {
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      from: timeOf(atMs - hourMs, zone),
      to: timeOf(atMs + 4 * hourMs, zone),
    },
  ],
});

const makeFriendly: Step = {
  what: 'Give it rules: no cut for want of credit from an hour ago until in four hours',
  expected: 'taken',
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    const rules = friendlyFrom(state.value.capturedAtMs, kit.zone);
    const [hours] = rules.friendlyHours;
    const taken = await kit.bench.setRules?.(rules);
    return judged(taken === true, `${hours?.from} to ${hours?.to} in ${kit.zone}`);
  },
};

const mayNotOpen: Step = {
  what: 'Ask from afar to open the switch',
  expected: 'refused: protected',
  run: async ({ bench }) => {
    if (!bench.channel.capabilities.abilities.includes('switch')) return passed('not offered');
    const result = await bench.channel.perform({ kind: 'switch', to: 'open' });
    const isRight = result.kind === 'refused' && result.reason === 'protected';
    return judged(isRight, result.kind === 'refused' ? result.reason : result.kind);
  },
};

export const friendlyHours: Scenario = {
  id: 'friendly-hours',
  title: 'Nobody is cut off in friendly hours',
  why: 'Where no shop is open, a home that runs out of credit keeps its supply.',
  needs: tokens,
  needsRules: true,
  needsSwitch: true,
  steps: () => {
    const worth = memo<bigint>();
    return [
      noRules,
      clearCredit,
      topUp(2000),
      makeFriendly,
      mayNotOpen,
      weigh(worth),
      does({ kind: 'load', watts: 2000 }),
      does({ kind: 'wait', ms: 3 * hourMs }),
      look(
        'Look at the account',
        'the switch on, and what is used owed',
        (state) => isOn(state) && state.owedEnergyWh > 0n,
      ),
      does({ kind: 'wait', ms: 2 * hourMs }),
      look('Look again after friendly hours', 'the switch open', (state) => !isOn(state)),
      noLoad,
      topUp(20_000),
      look(
        'Look at the account',
        'in credit, nothing owed or less than before',
        (state) => state.availableEnergyWh > 0n,
      ),
      gained(worth, 20_000),
      noRules,
      closesAgain,
    ];
  },
};

const setLimit = (limitW: number | null, always?: true): Step => ({
  what: limitW === null ? 'Take the power limit away' : `Set a power limit of ${limitW} W`,
  expected: 'done',
  ...(always === undefined ? {} : { always }),
  run: async (kit) => {
    const set = await ask(kit, { kind: 'setPowerLimit', limitW }, 'limitSet');
    return set.ok ? passed('done') : set.seen;
  },
});

const waitsFor = (
  what: string,
  o: { readonly stepMs: number; readonly steps: number; readonly on: boolean },
): Step => ({
  what,
  expected: o.on ? 'the switch closes' : 'the switch opens',
  run: async (kit) => {
    const reached = await until(kit, o, (state) => isOn(state) === o.on);
    if (!reached.ok) return reached.seen;
    const last = reached.states.at(-1);
    if (last === undefined) return failed('nothing was read');
    return judged(reached.isReached, wordsOfAccount(last));
  },
});

export const limit: Scenario = {
  id: 'limit',
  title: 'A power limit opens the switch, and it closes again by itself',
  why: 'A limit is to make people take less, and not to leave them in the dark.',
  needs: [...tokens, 'setPowerLimit'],
  steps: () => [
    topUp(20_000),
    setLimit(1000),
    does({ kind: 'load', watts: 800 }),
    does({ kind: 'wait', ms: 10 * minuteMs }),
    look('Look at the switch with a load below the limit', 'on', isOn),
    does({ kind: 'load', watts: 2500 }),
    waitsFor('Wait with a load above it', { stepMs: 40_000, steps: 20, on: false }),
    does({ kind: 'load', watts: 500 }),
    waitsFor('Wait with a load below it', { stepMs: 70_000, steps: 30, on: true }),
    setLimit(null, true),
    noLoad,
  ],
};

export const switching: Scenario = {
  id: 'switch',
  title: 'The switch is moved from afar, and nothing flows while it is open',
  why: 'Work on a line, or a fire, must not wait for somebody to get there.',
  needs: ['readState', 'switch'],
  steps: () => {
    const used = memo<bigint>();
    return [
      noRules,
      topUpIfAny,
      moves('open'),
      does({ kind: 'load', watts: 2000 }),
      {
        what: 'Let an hour pass',
        expected: 'nothing flows',
        run: async (kit) => {
          const before = await readState(kit);
          if (!before.ok) return before.seen;
          used.value = before.value.importEnergyWh;
          const waited = await kit.bench.act({ kind: 'wait', ms: hourMs });
          if (waited === null) return { verdict: 'needsHand', seen: 'nobody waited' };
          const after = await readState(kit);
          if (!after.ok) return after.seen;
          return judged(after.value.importEnergyWh === used.value, wordsOfAccount(after.value));
        },
      },
      noLoad,
      moves('close', true),
    ];
  },
};

const latched = (expected: boolean): Step =>
  look(
    'Look at what the meter remembers',
    expected ? 'that the cover was open' : 'nothing',
    (state) => (state.account?.tamper ?? []).includes('cover') === expected,
  );

export const tamper: Scenario = {
  id: 'tamper',
  title: 'An open cover is told, and remembered until a token clears it',
  why: 'Theft and danger begin under the cover.',
  needs: [...tokens, 'readEvents'],
  steps: () => {
    const from = memo<number>();
    return [
      remember(from),
      does({ kind: 'wait', ms: minuteMs }),
      does({ kind: 'cover', open: true }),
      does({ kind: 'wait', ms: 10 * minuteMs }),
      does({ kind: 'cover', open: false }, { always: true }),
      {
        what: 'Read the events since then',
        expected: 'the cover opened, and shut',
        run: async (kit) => {
          const read = await ask(kit, { kind: 'readEvents', sinceMs: from.value ?? 0 }, 'events');
          if (!read.ok) return read.seen;
          const codes = read.value.events.map(({ code }) => code);
          const told = codes.filter((code) => /^cover/.test(code));
          return judged(told.join(' ') === 'coverOpened coverClosed', told.join(', ') || 'none');
        },
      },
      latched(true),
      accepts(
        {
          what: 'Enter a token that clears it',
          token: ({ keys }) => keys.manage({ kind: 'clearTamper' }),
          clause: sts('6.2.4'),
        },
        { effect: 'management' },
      ),
      latched(false),
    ];
  },
};
