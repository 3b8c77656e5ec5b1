// Tokens: taken once, refused for each reason that the standard names, and slowed down at the
// keypad.

import {
  accepts,
  enter,
  failed,
  gained,
  judged,
  type Kit,
  memo,
  passed,
  refuses,
  type Scenario,
  type Seen,
  type Step,
  sts,
  weigh,
  wordsOfOutcome,
} from '../scenario.ts';

const tokens = ['enterToken', 'readState'] as const;

export const credit: Scenario = {
  id: 'credit',
  title: 'A token credits exactly what it carries',
  why: 'What was paid for is what comes out of the meter.',
  needs: tokens,
  steps: () => {
    const worth = memo<bigint>();
    return [
      weigh(worth),
      accepts(
        {
          what: 'Enter a token of 5 kWh',
          token: ({ keys }) => keys.credit(5000),
          clause: sts('6.2.2'),
        },
        { effect: 'credit', wh: 5000 },
      ),
      gained(worth, 5000),
    ];
  },
};

export const replay: Scenario = {
  id: 'replay',
  title: 'No token is taken twice',
  why: 'A slip of paper that is found, or a message that comes again, is worth nothing.',
  needs: tokens,
  steps: () => {
    const worth = memo<bigint>();
    const first = memo<string>();
    const second = memo<string>();
    const again = (of: typeof first) => (): string => of.value ?? '';
    const fresh = (of: typeof first, wh: number) => (kit: Kit) => {
      of.value = kit.keys.credit(wh);
      return of.value;
    };
    return [
      weigh(worth),
      accepts(
        { what: 'Enter token A of 3 kWh', token: fresh(first, 3000) },
        { effect: 'credit', wh: 3000 },
      ),
      accepts(
        { what: 'Enter token B of 2 kWh', token: fresh(second, 2000) },
        { effect: 'credit', wh: 2000 },
      ),
      refuses({ what: 'Enter A again', token: again(first), clause: sts('7.3') }, ['used']),
      gained(worth, 5000),
    ];
  },
};

export const order: Scenario = {
  id: 'order',
  title: 'Tokens are taken in any order',
  why: 'Two purchases are often typed the wrong way round.',
  needs: tokens,
  steps: () => {
    const worth = memo<bigint>();
    const older = memo<string>();
    return [
      weigh(worth),
      accepts(
        {
          what: 'Make a token of 1 kWh, then one of 2 kWh, and enter the later one first',
          token: ({ keys }) => {
            older.value = keys.credit(1000);
            return keys.credit(2000);
          },
        },
        { effect: 'credit', wh: 2000 },
      ),
      accepts(
        {
          what: 'Enter the earlier one',
          token: () => older.value ?? '',
          clause: sts('6.3.5'),
        },
        { effect: 'credit', wh: 1000 },
      ),
      gained(worth, 3000),
    ];
  },
};

export const refusals: Scenario = {
  id: 'refusals',
  title: 'What is no token for this meter changes nothing',
  why: 'A mistyped or foreign token must not credit, and must not lock out the right one.',
  needs: tokens,
  steps: () => {
    const worth = memo<bigint>();
    const typed = memo<string>();
    const one = (what: string, token: (kit: Kit) => string, clause = sts('7.3')) => ({
      ...{ what, token, clause },
    });
    return [
      weigh(worth),
      refuses(
        one('Enter 20 digits that hold more than 66 bits', ({ keys }) => keys.tooLong),
        ['format'],
      ),
      refuses(
        one('Enter a token with one digit changed', ({ keys }) => {
          typed.value = keys.credit(1000);
          return keys.mistyped(typed.value);
        }),
        ['crc'],
      ),
      refuses(
        one('Enter a token of another meter', ({ keys }) => keys.foreign()),
        ['crc'],
      ),
      refuses(
        one('Enter a token with the first identifier of all', ({ keys }) => keys.ancient()),
        ['old', 'used'],
      ),
      refuses(
        one('Enter a token for water', ({ keys }) => keys.water()),
        ['function'],
      ),
      refuses(
        one('Enter a test token of another maker', ({ keys }) => keys.testOfOther(), sts('6.2.3')),
        ['mfrCode', 'function'],
      ),
      refuses(
        one('Enter a power limit beyond any meter', ({ keys }) =>
          keys.manage({ kind: 'setMaximumPowerLimit', watts: 18_000_000n }),
        ),
        ['range'],
      ),
      gained(worth, 0),
      accepts(
        {
          what: 'Enter the token of 1 kWh as it was before the change',
          token: () => typed.value ?? '',
        },
        { effect: 'credit', wh: 1000 },
      ),
      gained(worth, 1000),
    ];
  },
};

/** The most that one token carries, in watt-hours. */
const largestWh = 1_820_162_400;
/** A register that takes more tokens than this shows no end. */
const mostTokens = 12;

const fillUp: Step = {
  what: 'Enter the largest tokens until the register is full',
  expected: 'refused: overflow, and no credit lost',
  clause: sts('7.3'),
  run: async (kit) => {
    for (let count = 1; count <= mostTokens; count += 1) {
      const entered = await enter(kit, kit.keys.credit(largestWh));
      if (!entered.ok) return entered.seen;
      const { outcome } = entered;
      if (outcome.result === 'accepted') continue;
      const isRight = kit.bench.refusals === 'only' || outcome.refusal === 'overflow';
      return judged(isRight, `token ${count}: ${wordsOfOutcome(outcome)}`);
    }
    return failed(`${mostTokens} tokens were taken`);
  },
};

export const overflow: Scenario = {
  id: 'overflow',
  title: 'A full register takes no more, and loses nothing',
  why: 'A counter that runs over would make credit vanish.',
  needs: tokens,
  steps: () => [
    fillUp,
    {
      ...accepts(
        {
          what: 'Clear the credit with a token',
          token: ({ keys }) => keys.manage({ kind: 'clearCredit', register: 'electricity' }),
          clause: sts('6.2.4'),
        },
        { effect: 'management' },
      ),
      always: true,
    },
    {
      ...accepts(
        { what: 'Enter a token of 20 kWh', token: ({ keys }) => keys.credit(20_000) },
        { effect: 'credit', wh: 20_000 },
      ),
      always: true,
    },
  ],
};

const mostGuesses = 8;

/** What the device shows for digits at its keypad. */
async function typeAt({ bench }: Kit, digits: string): Promise<string | null> {
  const done = await bench.act({ kind: 'keypad', digits });
  return done?.said ?? null;
}

const nobody: Seen = { verdict: 'needsHand', seen: 'nobody typed and looked' };

export const keypad: Scenario = {
  id: 'keypad',
  title: 'Wrong digits at the keypad slow down whoever guesses, and nobody else',
  why: 'Twenty digits are long, and there are those who try.',
  needs: tokens,
  steps: () => [
    {
      what: 'Type a token with one digit changed, again and again',
      expected: `locked after at most ${mostGuesses}`,
      run: async (kit) => {
        const wrongDigits = kit.keys.mistyped(kit.keys.credit(1000));
        for (let count = 1; count <= mostGuesses; count += 1) {
          const said = await typeAt(kit, wrongDigits);
          if (said === null) return nobody;
          if (said === 'lockout' || said === 'locked') return passed(`locked after ${count}`);
          if (said === 'accepted') return failed('accepted');
        }
        return failed(`${mostGuesses} guesses, and not locked`);
      },
    },
    accepts(
      {
        what: 'Enter a token of 1 kWh over the wire meanwhile',
        token: ({ keys }) => keys.credit(1000),
      },
      { effect: 'credit', wh: 1000 },
    ),
    {
      what: 'Let 2 h pass, and type a token of 1 kWh',
      expected: 'accepted',
      run: async (kit) => {
        const waited = await kit.bench.act({ kind: 'wait', ms: 7_200_000 });
        const said = waited === null ? null : await typeAt(kit, kit.keys.credit(1000));
        return said === null ? nobody : judged(said === 'accepted', said);
      },
    },
  ],
};
