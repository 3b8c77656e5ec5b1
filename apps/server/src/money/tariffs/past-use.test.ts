import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalsIn } from './past-use.ts';

const zone = 'Africa/Johannesburg';
const at = (text: string) => Date.parse(`${text}+02:00`);
const span = (from: string, to: string, energyWh: bigint | null) => ({
  ...{ startMs: at(from), endMs: at(to), energyWh, isGap: false },
});
const told = (intervals: ReturnType<typeof intervalsIn>) =>
  intervals.map(({ at: { date, time }, energyWh }) => `${date} ${time} ${energyWh}`);

test('use is cut at midnights and where a period changes; what was not read is none', () => {
  const spans = [
    span('2026-03-01T20:00', '2026-03-02T04:00', 800n),
    // Nothing was read until the evening, and a jump has no reason.
    span('2026-03-02T18:00', '2026-03-02T20:00', null),
    span('2026-03-02T20:00', '2026-03-03T00:00', 401n),
  ];
  const runsOf = () => ['00:00', '22:00'];
  const time = { fromMs: at('2026-02-01T00:00'), toMs: at('2026-04-01T00:00'), zone };
  assert.deepEqual(told(intervalsIn(spans, { ...time, runsOf })), [
    '2026-03-01 20:00 200',
    '2026-03-01 22:00 200',
    '2026-03-02 00:00 600',
    '2026-03-02 22:00 201',
  ]);
  const only = { ...time, fromMs: at('2026-03-01T23:00'), toMs: at('2026-03-02T01:00'), runsOf };
  assert.deepEqual(told(intervalsIn(spans, only)), [
    '2026-03-01 23:00 100',
    '2026-03-02 00:00 100',
  ]);
  assert.deepEqual(intervalsIn([], { ...time, runsOf }), []);
});
