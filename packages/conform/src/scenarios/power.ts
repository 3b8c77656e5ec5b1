// What must outlive the mains, the clock and the link: credit, tokens, and every interval of use.

import type { ProfileEntry } from '@prewatt/protocol';
import type { CutMoment } from '../bench.ts';
import {
  ask,
  does,
  enter,
  gained,
  judged,
  type Kit,
  type Memo,
  memo,
  passed,
  readState,
  type Scenario,
  type Seen,
  type Step,
  sts,
  weigh,
  wordsOfMoment,
  wordsOfOutcome,
  worthOf,
} from '../scenario.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const tokens = ['enterToken', 'readState'] as const;

export const powerCut: Scenario = {
  id: 'power-cut',
  title: 'Credit outlives a power cut',
  why: 'Where tokens are sold the mains goes away often.',
  needs: tokens,
  steps: () => {
    const worth = memo<bigint>();
    return [
      weigh(worth),
      {
        what: 'Enter a token of 4 kWh, and cut the mains after its answer',
        expected: 'accepted',
        run: async (kit) => {
          const entered = await enter(kit, kit.keys.credit(4000));
          if (!entered.ok) return entered.seen;
          return judged(entered.outcome.result === 'accepted', wordsOfOutcome(entered.outcome));
        },
      },
      does({ kind: 'power', on: false }),
      does({ kind: 'wait', ms: hourMs }),
      does({ kind: 'power', on: true }, { always: true }),
      gained(worth, 4000),
    ];
  },
};

/** The token goes in, the mains goes away, and the same token goes in again. */
function cutAt(moment: CutMoment, worth: Memo<bigint>): Step[] {
  const token = memo<string>();
  const enterIt = async (kit: Kit, isFirst: boolean): Promise<Seen> => {
    const result = await kit.bench.channel.perform({
      kind: 'enterToken',
      token: token.value ?? '',
    });
    if (result.kind === 'tokenEntered') {
      const { outcome } = result;
      const isRight = isFirst || outcome.result === 'accepted' || outcome.refusal === 'used';
      return judged(isRight || kit.bench.refusals !== 'each', wordsOfOutcome(outcome));
    }
    const isLost = result.kind === 'failed';
    return judged(isFirst && isLost, isLost ? `no answer: ${result.fault}` : result.kind);
  };
  return [
    weigh(worth),
    does({ kind: 'cutAt', moment }),
    {
      what: `Enter a token of 1 kWh; the mains goes away ${wordsOfMoment[moment].replace('next ', '')}`,
      expected: 'an answer or none',
      run: async (kit) => {
        token.value = kit.keys.credit(1000);
        return enterIt(kit, true);
      },
    },
    does({ kind: 'power', on: true }, { always: true }),
    {
      what: 'Enter the same token again',
      expected: 'accepted, or refused: used',
      clause: sts('7.3'),
      run: (kit) => enterIt(kit, false),
    },
    gained(worth, 1000),
  ];
}

const idOfMoment = {
  beforeStored: 'cut-before-stored',
  beforeAnswer: 'cut-before-answer',
  afterAnswer: 'cut-after-answer',
} as const;

const cutScenario = (moment: CutMoment): Scenario => ({
  id: idOfMoment[moment],
  title: `A power cut ${wordsOfMoment[moment].replace('next ', '')} credits it once`,
  why: 'Whatever was lost on the way, the customer gets what was paid for, and once.',
  needs: tokens,
  steps: () => cutAt(moment, memo<bigint>()),
});

export const cuts: readonly Scenario[] = [
  cutScenario('beforeStored'),
  cutScenario('beforeAnswer'),
  cutScenario('afterAnswer'),
];

/** `moved`: by how much it was set before. One back follows one forward alone. */
const setClock = (what: string, byMs: number, moved: Memo<number>): Step => ({
  what,
  expected: 'the clock is set, and the account is not touched',
  ...(byMs < 0 ? { always: true } : {}),
  run: async (kit) => {
    if (byMs < 0 && moved.value === null) return passed('it was not set');
    const before = await readState(kit);
    if (!before.ok) return before.seen;
    const atMs = before.value.capturedAtMs + byMs;
    const set = await ask(kit, { kind: 'setClock', atMs }, 'clockSet');
    if (!set.ok) return set.seen;
    moved.value = byMs;
    const after = await readState(kit);
    if (!after.ok) return after.seen;
    const isSame = worthOf(after.value) === worthOf(before.value);
    const shows = new Date(after.value.capturedAtMs).toISOString();
    // Set back, a meter may stand still until the time has caught up.
    const isNear = Math.abs(after.value.capturedAtMs - atMs) <= Math.max(0, -byMs) + minuteMs;
    return judged(isSame && isNear, `${shows}, ${isSame ? 'same' : 'another'} account`);
  },
});

export const clock: Scenario = {
  id: 'clock',
  title: 'A clock that jumps changes no credit and stops no token',
  why: 'Clocks are wrong, and are put right; credit is not theirs to give or take.',
  needs: [...tokens, 'setClock'],
  steps: () => {
    const moved = memo<number>();
    const worth = memo<bigint>();
    const enterOne = (what: string): Step => ({
      what,
      expected: 'accepted',
      clause: sts('6.3.5'),
      run: async (kit) => {
        const entered = await enter(kit, kit.keys.credit(1000));
        if (!entered.ok) return entered.seen;
        return judged(entered.outcome.result === 'accepted', wordsOfOutcome(entered.outcome));
      },
    });
    return [
      weigh(worth),
      setClock('Set the clock forward by 50 min', 50 * minuteMs, moved),
      enterOne('Enter a token of 1 kWh'),
      setClock('Set it back by 50 min', -50 * minuteMs, moved),
      enterOne('Enter a token of 1 kWh'),
      gained(worth, 2000),
      does({ kind: 'wait', ms: hourMs }, { always: true }),
    ];
  },
};

/** Whether intervals follow each other without a gap, and registers never go back. */
export function faultOfProfile(
  entries: readonly ProfileEntry[],
  o: { readonly fromMs: number; readonly toMs: number },
): string | null {
  const within = entries.filter(({ endsAtMs }) => endsAtMs > o.fromMs && endsAtMs <= o.toMs);
  const steps = within.slice(1).map((entry, nth) => entry.endsAtMs - (within[nth]?.endsAtMs ?? 0));
  const stepMs = Math.min(...steps);
  const [first] = within;
  const last = within.at(-1);
  if (first === undefined || last === undefined || steps.length === 0) {
    return `${within.length} intervals`;
  }
  const wide = steps.findIndex((each) => each !== stepMs);
  if (wide !== -1) {
    const at = new Date(within[wide]?.endsAtMs ?? 0).toISOString();
    return steps[wide] === 0 ? `an interval twice at ${at}` : `a gap after ${at}`;
  }
  if (first.endsAtMs - o.fromMs > stepMs) return 'the first intervals are missing';
  if (o.toMs - last.endsAtMs > stepMs) return 'the last intervals are missing';
  const back = within.findIndex(
    (entry, nth) => nth > 0 && entry.importEnergyWh < (within[nth - 1]?.importEnergyWh ?? 0n),
  );
  return back === -1 ? null : `the register goes back at interval ${back + 1}`;
}

const readProfile = (from: Memo<number>, used: Memo<bigint>, wh: number): Step => ({
  what: 'Read the load profile since then',
  expected: `every interval once, and a register that went on by ${wh} Wh`,
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    const fromMs = from.value ?? 0;
    const toMs = state.value.capturedAtMs;
    const read = await ask(kit, { kind: 'readProfile', sinceMs: fromMs }, 'profile');
    if (!read.ok) return read.seen;
    const { entries } = read.value;
    const fault = faultOfProfile(entries, { fromMs, toMs });
    if (fault !== null) return judged(false, fault);
    const more = state.value.importEnergyWh - (used.value ?? 0n);
    const isRight = more >= BigInt(Math.floor(wh * 0.98)) && more <= BigInt(Math.ceil(wh * 1.02));
    return judged(isRight, `${entries.length} intervals, ${more} Wh`);
  },
});

const begin = (from: Memo<number>, used: Memo<bigint>): Step => ({
  what: 'Read time and register',
  expected: 'an answer',
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    from.value = state.value.capturedAtMs;
    used.value = state.value.importEnergyWh;
    const at = new Date(state.value.capturedAtMs).toISOString();
    return passed(`${at}, ${state.value.importEnergyWh} Wh`);
  },
});

const topUp = (wh: number): Step => ({
  what: `Enter a token of ${wh / 1000} kWh`,
  expected: 'accepted',
  run: async (kit) => {
    const entered = await enter(kit, kit.keys.credit(wh));
    if (!entered.ok) return entered.seen;
    return judged(entered.outcome.result === 'accepted', wordsOfOutcome(entered.outcome));
  },
});

const dayMs = 24 * hourMs;

export const profile: Scenario = {
  id: 'profile',
  title: 'The load profile has every interval of a day, once',
  why: 'Bills, forecasts and the search for theft stand on it.',
  needs: [...tokens, 'readProfile'],
  steps: () => {
    const from = memo<number>();
    const used = memo<bigint>();
    return [
      topUp(40_000),
      begin(from, used),
      does({ kind: 'load', watts: 1000 }),
      does({ kind: 'wait', ms: dayMs }),
      does({ kind: 'load', watts: 0 }, { always: true }),
      readProfile(from, used, 24_000),
    ];
  },
};

export const linkLoss: Scenario = {
  id: 'link-loss',
  title: 'A day without the link loses nothing',
  why: 'Networks fail for days; a meter must not.',
  needs: [...tokens, 'readProfile'],
  steps: () => {
    const from = memo<number>();
    const used = memo<bigint>();
    const worth = memo<bigint>();
    return [
      topUp(40_000),
      begin(from, used),
      weigh(worth),
      does({ kind: 'link', up: false }),
      does({ kind: 'load', watts: 500 }),
      does({ kind: 'wait', ms: dayMs }),
      does({ kind: 'load', watts: 0 }, { always: true }),
      does({ kind: 'link', up: true }, { always: true }),
      gained(worth, 0),
      readProfile(from, used, 12_000),
      topUp(1000),
      gained(worth, 1000),
    ];
  },
};
