// Key changes: in both orders, never half-way, through a power cut, and the refusals that hang on a
// key's type and end. Each scenario leaves the device with its own key.

import type { HeldKey, KeyRing } from '../key-ring.ts';
import {
  accepts,
  does,
  enter,
  enterPart,
  failed,
  gained,
  type Kit,
  memo,
  passed,
  refuses,
  type Scenario,
  type Step,
  sts,
  weigh,
  wordsOfOutcome,
} from '../scenario.ts';

const needs = ['enterToken', 'readState'] as const;

type Which = (keys: KeyRing) => HeldKey;
const own: Which = ({ own: key }) => key;
const bench: Which = ({ bench: key }) => key;

/** The n-th token of the set from one key to another. */
const part =
  (from: Which, to: Which, n: number) =>
  ({ keys }: Kit): string =>
    keys.change(from(keys), to(keys)).at(n) ?? '';

/** All of a set; it ends with the key changed. */
const wholeSet = (
  what: string,
  o: { readonly from: Which; readonly to: Which; readonly reversed?: true; always?: true },
): Step => ({
  what,
  expected: 'each accepted',
  clause: sts('8.8'),
  ...(o.always === undefined ? {} : { always: o.always }),
  run: async (kit) => {
    const set = kit.keys.change(o.from(kit.keys), o.to(kit.keys));
    const said: string[] = [];
    for (const token of o.reversed === true ? set.toReversed() : set) {
      const entered = await enterPart(kit, token);
      if (!entered.ok) return entered.seen;
      said.push(wordsOfOutcome(entered.outcome));
      if (entered.outcome.result === 'refused') return failed(said.join('; '));
    }
    return passed(said.join('; '));
  },
});

const creditBy = (what: string, which: Which, wh: number): Step =>
  accepts(
    { what, token: ({ keys }) => keys.credit(wh, which(keys).decoderKey) },
    { effect: 'credit', wh },
  );

/** Whichever key it holds: its own is put back. A refusal means that it holds it already. */
const goBack: Step = {
  what: 'Bring the meter back to its own key, where it has another',
  expected: 'a token by its own key is accepted',
  always: true,
  run: async (kit) => {
    const { keys } = kit;
    const entered = await enter(kit, keys.credit(100, keys.own.decoderKey));
    if (!entered.ok) return entered.seen;
    if (entered.outcome.result === 'accepted') return passed('it has it');
    // A set that was begun is ended first; each of the two is refused where it is not the one.
    for (const token of keys.change(keys.own, keys.bench)) await enterPart(kit, token);
    for (const token of keys.change(keys.bench, keys.own)) await enterPart(kit, token);
    const again = await enter(kit, keys.credit(100, keys.own.decoderKey));
    if (!again.ok) return again.seen;
    const words = wordsOfOutcome(again.outcome);
    return again.outcome.result === 'accepted' ? passed(words) : failed(words);
  },
};

export const keyChange: Scenario = {
  id: 'key-change',
  title: 'A key change is whole or not at all, in both orders',
  why: 'A meter with half a key takes no token of anybody.',
  needs,
  steps: () => {
    const worth = memo<bigint>();
    const isDone = sts('8.8');
    return [
      weigh(worth),
      accepts(
        { what: 'Enter the first token of the set', token: part(own, bench, 0), clause: isDone },
        { effect: 'keyChangePart' },
      ),
      creditBy('Enter 1 kWh by the old key: nothing has changed yet', own, 1000),
      accepts(
        { what: 'Enter the first token again', token: part(own, bench, 0), clause: isDone },
        { effect: 'keyChangePart' },
      ),
      wholeSet('Enter the whole set', { from: own, to: bench }),
      refuses(
        {
          what: 'Enter 1 kWh by the old key',
          token: ({ keys }) => keys.credit(1000),
          clause: sts('7.3'),
        },
        ['crc'],
      ),
      creditBy('Enter 2 kWh by the new key', bench, 2000),
      gained(worth, 3000),
      wholeSet('Go back, the last token of the set first', {
        from: bench,
        to: own,
        reversed: true,
      }),
      creditBy('Enter 1 kWh by its own key', own, 1000),
      gained(worth, 4000),
      goBack,
    ];
  },
};

export const keyChangeCut: Scenario = {
  id: 'key-change-cut',
  title: 'A power cut within a key change leaves the old key or the new one',
  why: 'Nobody waits for the mains while typing three tokens.',
  needs,
  steps: () => [
    accepts(
      { what: 'Enter the first token of the set', token: part(own, bench, 0) },
      { effect: 'keyChangePart' },
    ),
    does({ kind: 'power', on: false }),
    does({ kind: 'wait', ms: 60_000 }),
    does({ kind: 'power', on: true }, { always: true }),
    creditBy('Enter 1 kWh by the old key', own, 1000),
    wholeSet('Enter the whole set', { from: own, to: bench }),
    does({ kind: 'power', on: false }),
    does({ kind: 'power', on: true }, { always: true }),
    creditBy('Enter 1 kWh by the new key', bench, 1000),
    goBack,
  ],
};

/** A key of the same digits that is only for the time before a meter is put up. */
const asDefault: Which = ({ bench: key }) => ({ ...key, keyType: 1 });
const asInitial: Which = ({ bench: key }) => ({ ...key, keyType: 0 });
/** Its last day was in the first half-year of the base date. */
const asExpired: Which = ({ bench: key }) => ({ ...key, keyExpiry: 1 });

/** A set that only a program without the standard's checks would make. */
const toInitial = (kit: Kit): readonly string[] => {
  const { keys } = kit;
  // From type 0 the issuer allows it; the meter looks at the type that it holds.
  return keys.change({ ...keys.own, keyType: 0 }, asInitial(keys));
};

const refusesInitial: Step = {
  what: 'Enter a set that would make the key an initialisation key',
  expected: 'refused: keyType',
  clause: sts('6.5.2.4'),
  run: async (kit) => {
    const said: string[] = [];
    for (const token of toInitial(kit)) {
      const entered = await enterPart(kit, token);
      if (!entered.ok) return entered.seen;
      said.push(wordsOfOutcome(entered.outcome));
      if (entered.outcome.result === 'refused') return passed(said.join('; '));
    }
    return failed(said.join('; '));
  },
};

export const keyKinds: Scenario = {
  id: 'key-kinds',
  title: 'A default key credits nothing, and an expired one takes nothing',
  why: 'Keys that many people know, or that have ended, must not make credit.',
  needs,
  steps: () => [
    refusesInitial,
    creditBy('Enter 1 kWh by its own key', own, 1000),
    wholeSet('Change to a default key', { from: own, to: asDefault }),
    refuses(
      {
        what: 'Enter 1 kWh by it',
        token: ({ keys }) => keys.credit(1000, keys.bench.decoderKey),
        clause: sts('7.3'),
      },
      ['ddtk'],
    ),
    wholeSet('Change to a key that has expired', { from: asDefault, to: asExpired }),
    refuses(
      {
        what: 'Enter 1 kWh by it',
        token: ({ keys }) => keys.credit(1000, keys.bench.decoderKey),
        clause: sts('6.1.10'),
      },
      ['keyExpired'],
    ),
    wholeSet('Go back to its own key', { from: asExpired, to: own }),
    goBack,
  ],
};
