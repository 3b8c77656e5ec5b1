// Every path of the dialogue, typed: each screen fits a cheap phone, each can be left, and a
// session that is cut off anywhere goes on where it stood.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentText } from '@prewatt/rails';
import { closing, type MenuAct, type MenuState, type MenuWorld, stepMenu } from './menu.ts';
import { longestScreen, type ScreenFacts, screenText } from './screens.ts';
import { languageCodes, languages, type Words, wordsOf } from './words.ts';

const meter = '04229889888';
const worldOf = (homes: number): MenuWorld => ({
  nowMs: 0,
  language: 'en',
  languages: languageCodes,
  homes: Array.from({ length: homes }, (_, i) => `home-${i}`),
  isMeter: (each) => each === meter,
  isAmount: (each) => each === '50',
  isWeek: (each) => each === '50',
});
const facts = (homes: number): ScreenFacts => ({
  homes: Array.from({ length: homes }, (_, i) => ({
    key: `home-${i}`,
    name: `The long house by the river ${i} {north wing}`,
  })),
  home: 'The long house by the river {north wing}, 12 Independence Avenue',
  ...{ code: 'KES', least: '1,000,000.00', most: '99,999,999.00', left: '12345.6 kWh left' },
  lasting: null,
  ...{
    owed: null,
    note: null,
    toType: '1234 5678 9012 3456 7890, 2234 5678 9012 3456 7890, 3234 5678 9012 3456 7890',
    digits: '1234 5678 9012 3456 7890',
    meter,
    amount: 'KES 99,999,999.00',
    week: 'KES 99,999,999.00',
  },
  languages: languageCodes.map((code) => languages[code].name),
  topUp: wordsOf('en').topUpOn({
    amount: 'KES 99,999,999.00',
    days: 14,
    week: 'KES 99,999,999.00',
  }),
  ordered: 'asked',
});
/** What may be said of one home beside the rest: of use, of tokens to type, of supply. */
const said = (words: Words): readonly Partial<ScreenFacts>[] => {
  const asUsual = { from: 10, to: 36, unit: 'hour' } as const;
  const lasting = (owes: boolean) => words.lasting({ asUsual, atPresentUseMs: 59 * 60_000 }, owes);
  const off = `${words.owed('12345.6 kWh')}${words.supplyOff}`;
  return [
    {},
    { toType: null, lasting: lasting(false) },
    { toType: null, left: words.owed('12345.6 kWh'), lasting: lasting(true) },
    { left: `${words.usedUp}${words.supplyOff}` },
    { left: off, note: words.press },
    { left: `${words.usedUp}${words.supplyOn}`, note: words.emergency('KES 99,999.00') },
    { left: off, note: words.held },
    { ordered: 'askedFriend' },
    { ordered: { before: 'asked', amount: 'KES 99,999,999.00', minutes: 30 } },
    { ordered: { before: 'bought', amount: 'KES 99,999,999.00', minutes: 30 } },
    { ordered: { before: 'other', amount: 'KES 99,999,999.00', minutes: 30 } },
    { ordered: { before: 'unclear', amount: 'KES 99,999,999.00', minutes: 30 } },
    { ordered: 'away' },
  ];
};
const answers = ['0', '1', '2', '3', '4', '5', '6', '7', '9', '50', meter, '', 'x'];

type Reached = { readonly state: MenuState; readonly typed: readonly string[] };

/** All states that typing leads to, from a first dial with so many homes. */
function reachAll(homes: number) {
  const world = worldOf(homes);
  const keyOf = ({ seen: _, ...state }: MenuState) => JSON.stringify(state);
  const first = stepMenu({ sessionId: 's', text: '' }, null, world);
  const found = new Map<string, Reached>([[keyOf(first.state), { state: first.state, typed: [] }]]);
  const acts = new Map<string, MenuAct>();
  for (const { state, typed } of found.values()) {
    if (closing.includes(state.screen)) continue;
    for (const answer of answers) {
      const path = [...typed, answer];
      const next = stepMenu({ sessionId: 's', text: path.join('*') }, state, world);
      if (next.act !== null) acts.set(JSON.stringify(next.act), next.act);
      const key = keyOf(next.state);
      if (!found.has(key)) found.set(key, { state: next.state, typed: path });
    }
  }
  return { world, states: [...found.values()], acts: [...acts.values()] };
}

test('every screen of every path, in every language, fits the phone', (t) => {
  let longest = '';
  let screens = 0;
  for (const homes of [0, 1, 2, 12]) {
    const { states } = reachAll(homes);
    for (const { state, typed } of states) {
      for (const code of languageCodes) {
        for (const more of said(wordsOf(code))) {
          const all = { ...facts(homes), ...more };
          const text = screenText(state, wordsOf(code), all);
          const { encoding, units } = segmentText(text);
          assert.equal(encoding, 'gsm7', text);
          assert.ok(units > 0 && units <= longestScreen, `${units}: ${text}`);
          // Nothing is cut off that a person must see.
          const last = screenText(state, wordsOf(code), { ...all, home: 'F' }).slice(-6);
          if (state.screen !== 'amount')
            assert.ok(text.endsWith(last), `${typed.join('*')}: ${text}`);
          if (text.length > longest.length) longest = text;
          screens += 1;
        }
      }
    }
  }
  t.diagnostic(`${screens} screens; the longest has ${longest.length} characters:\n${longest}`);
});

test('a number that no meter has is no dead end: 0 leads back to the menu', () => {
  const world = worldOf(1);
  let state: MenuState | null = null;
  for (const text of ['', '5', '5*99', '5*99*0'])
    state = stepMenu({ sessionId: 's', text }, state, world).state;
  assert.deepEqual([state?.screen, state?.why], ['menu', null]);
});

test('how long it lasts is said in each language, and plainly where something is owed', () => {
  const days = { asUsual: { from: 20, to: 34, unit: 'day' }, atPresentUseMs: null } as const;
  const soon = { asUsual: { from: 0, to: 2, unit: 'day' }, atPresentUseMs: 9 * 3_600_000 } as const;
  const { en, sw } = languages;
  assert.equal(en.lasting(days, false), ', enough for 20 to 34 days as you use it');
  assert.equal(sw.lasting(days, false), ', inatosha siku 20 hadi 34 kwa matumizi yako');
  assert.equal(
    `${en.owed('1.2 kWh')}${en.lasting(soon, true)}`,
    '1.2 kWh owed. Supply lasts less than 2 days as you use it, only 9 hours if you go on as now',
  );
  assert.match(sw.lasting(soon, true), /chini ya siku 2 kwa matumizi yako, saa 9 tu ukiendelea/);
});

test('whatever was typed, a way leads on to the end', () => {
  for (const { state } of reachAll(2).states) {
    let at = state;
    for (const answer of ['0', '2', '1', '0', '50', '2', '0', '0', meter, '50', '2', '0']) {
      if (closing.includes(at.screen)) break;
      at = stepMenu({ sessionId: 's', text: `${at.seen}*${answer}` }, at, worldOf(2)).state;
    }
    assert.ok(['goodbye', 'ordered', 'menu'].includes(at.screen), at.screen);
  }
});

test('what is bought is the home that was picked or the meter that was typed, at the amount', () => {
  const { acts } = reachAll(2);
  const bought = acts.filter(({ kind }) => kind === 'buy');
  const of = (act: Partial<MenuAct>) => ({
    kind: 'buy',
    home: null,
    friend: null,
    amount: '50',
    ...act,
  });
  assert.deepEqual(
    new Set(bought.map((act) => JSON.stringify(act))),
    new Set([
      JSON.stringify(of({ home: 'home-0' } as Partial<MenuAct>)),
      JSON.stringify(of({ home: 'home-1' } as Partial<MenuAct>)),
      JSON.stringify(of({ friend: meter } as Partial<MenuAct>)),
    ]),
  );
  assert.deepEqual(
    acts.filter(({ kind }) => kind === 'tell').map((act) => act.kind === 'tell' && act.home),
    ['home-0', 'home-1'],
  );
  const turned = acts.flatMap((act) => (act.kind === 'topUp' ? [`${act.home} ${act.change}`] : []));
  assert.deepEqual(
    turned.sort(),
    ['home-0', 'home-1'].flatMap((home) => ['off', 'on', 'pause'].map((each) => `${home} ${each}`)),
  );
});

test('what was under way can be gone on with from the menu for ten minutes, and only that', () => {
  const world = worldOf(2);
  for (const { state } of reachAll(2).states) {
    const redial = stepMenu({ sessionId: 'next', text: '' }, state, world).state;
    assert.equal(redial.screen, 'menu', 'its numbers are those of the menu');
    const isOpen = [...['amount', 'confirm', 'topUpAmount', 'topUpWeek', 'topUpConfirm']].includes(
      state.screen,
    );
    assert.equal(redial.dropped, isOpen ? state.screen : null);
    const other = stepMenu({ sessionId: 'next', text: '5' }, redial, world).state;
    assert.deepEqual([other.screen, other.home, other.amount], ['meter', null, null]);
    const late = stepMenu({ sessionId: 'late', text: '' }, state, { ...world, nowMs: 600_001 });
    assert.equal(late.state.dropped, null);
    const on = stepMenu({ sessionId: 'next', text: '8' }, redial, world).state;
    if (!isOpen) {
      assert.equal(on.why, 'invalid');
      continue;
    }
    const again = stepMenu({ sessionId: 'third', text: '' }, redial, world).state;
    assert.equal(again.dropped, state.screen, 'cut off once more');
    assert.equal(on.screen, state.screen);
    assert.deepEqual([on.home, on.friend, on.amount], [state.home, state.friend, state.amount]);
  }
});

test('one key of the menu is nothing to go on with', () => {
  const world = worldOf(1);
  for (const text of ['2', '5', '7', '7*1']) {
    let state = stepMenu({ sessionId: 's', text: '' }, null, world).state;
    state = stepMenu({ sessionId: 's', text }, state, world).state;
    assert.equal(stepMenu({ sessionId: 'next', text: '' }, state, world).state.dropped, null);
  }
});

test('a top-up is turned on by an amount, a most in a week, and a yes', () => {
  const world = { ...worldOf(1), isWeek: (week: string) => week === '90' };
  const typed = ['7', '1', '50', '20', '90', '1'];
  let state: MenuState | null = null;
  const acts: MenuAct[] = [];
  const screens: string[] = [];
  for (let i = 0; i <= typed.length; i += 1) {
    const step = stepMenu({ sessionId: 's', text: typed.slice(0, i).join('*') }, state, world);
    state = step.state;
    screens.push(`${state.screen} ${state.why ?? ''}`.trim());
    if (step.act !== null) acts.push(step.act);
  }
  assert.deepEqual(screens.slice(2), [
    ...['topUpAmount', 'topUpWeek', 'topUpWeek badWeek', 'topUpConfirm', 'topUp'],
  ]);
  const on = { kind: 'topUp', home: 'home-0', change: 'on', amount: '50', week: '90' } as const;
  assert.deepEqual(acts, [on]);
  const no = stepMenu({ sessionId: 's', text: '7*1*50*90*2' }, null, world);
  assert.deepEqual([no.state.screen, no.act], ['topUp', null]);
});

test('a gateway that repeats a hop gets the same screen, and nothing is bought twice', () => {
  const world = worldOf(1);
  let state: MenuState | null = null;
  for (const text of ['', '2', '2*50'])
    state = stepMenu({ sessionId: 's', text }, state, world).state;
  const bought = stepMenu({ sessionId: 's', text: '2*50*1' }, state, world);
  assert.equal(bought.act?.kind, 'buy');
  const again = stepMenu({ sessionId: 's', text: '2*50*1' }, bought.state, world);
  assert.equal(again.act, null);
  assert.deepEqual(again.state, bought.state);
});

test('wrong answers in between move nothing', () => {
  const world = worldOf(1);
  const typed = ['8', '2', 'abc', '50', '7', '1'];
  let state: MenuState | null = null;
  let acts = 0;
  for (let i = 0; i <= typed.length; i += 1) {
    const step = stepMenu({ sessionId: 's', text: typed.slice(0, i).join('*') }, state, world);
    state = step.state;
    if (step.act !== null) acts += 1;
  }
  assert.equal(state?.screen, 'ordered');
  assert.equal(acts, 1);
});
