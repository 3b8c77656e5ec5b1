// What a meter that switches a circuit of street lamps keeps of `setLights`, and what it refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandAction, LightsDocument } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { restoreMeter, serialiseMeter } from '../src/index.ts';
import { commandOf, newMeter, noonMs, told } from './fixtures.ts';
import { type Run, run } from './run.ts';

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const document: LightsDocument = {
  ...{ latitudeMicroDeg: -1_286_400, longitudeMicroDeg: 36_817_200 },
  programme: {
    plans: [
      {
        ...{ weekdays, season: null, levelPercent: 100, steps: [] },
        on: { by: 'sunset', offsetMinutes: 0 },
        off: { by: 'sunrise', offsetMinutes: 0 },
      },
    ],
  },
  overrides: [{ levelPercent: 0, fromMs: noonMs, untilMs: noonMs + 1 }],
  ...{ dimToPercent: null, onFromPercent: 50, isProtected: false },
};
const order = (documentJson: string | null): CommandAction => ({ kind: 'setLights', documentJson });
const resultOf = ({ messages }: Run) =>
  messages.flatMap((each) => (each.kind === 'commandResult' ? [each.result] : []))[0];
const lamps = () => newMeter({ switchesLamps: true }, noonMs);

test('a circuit keeps what it goes by over a power cut, and lets go of it when told so', () => {
  const set = run(lamps(), [told(noonMs, order(JSON.stringify(document)))]);
  assert.deepEqual(resultOf(set), { kind: 'setLights' });
  const restored = expectOk(restoreMeter(serialiseMeter(set.state)), 'stored');
  assert.deepEqual(restored.settings.lights, document);
  const ended = run(restored, [told(noonMs + 1_000, order(null))]);
  assert.equal(ended.state.settings.lights, null);
});

test('what is no dim programme changes nothing, and a home has no lamps', () => {
  const { programme, ...rest } = document;
  const [plan = assert.fail()] = programme.plans;
  const monday = { ...rest, programme: { plans: [{ ...plan, weekdays: [1] }] } };
  for (const text of ['{}', '[]', 'no JSON', JSON.stringify(monday)]) {
    const refused = run(lamps(), [told(noonMs, order(text))]);
    assert.deepEqual(resultOf(refused), { kind: 'refused', reason: 'malformed' }, text);
    assert.equal(refused.state.settings.lights, null);
  }
  const home = run(newMeter({}, noonMs), [told(noonMs, order(JSON.stringify(document)))]);
  assert.deepEqual(resultOf(home), { kind: 'refused', reason: 'unsupported' });
});

test('a word about lamps that comes after its end changes nothing, and an older one comes too late', () => {
  const set = run(lamps(), [told(noonMs, order(JSON.stringify(document)))]);
  const dark = order(null);
  const hear = (command: ReturnType<typeof commandOf>) =>
    run(set.state, [{ atMs: noonMs + 60_000, linkUp: true, received: [command] }]);
  const late = hear(commandOf(7_000, dark, noonMs + 60_000));
  assert.deepEqual(resultOf(late), { kind: 'refused', reason: 'expired' });
  assert.deepEqual(late.state.settings.lights, document);
  const inTime = hear(commandOf(7_001, dark, noonMs + 60_001));
  assert.deepEqual(resultOf(inTime), { kind: 'setLights' });
  assert.equal(inTime.state.settings.lights, null);
});
