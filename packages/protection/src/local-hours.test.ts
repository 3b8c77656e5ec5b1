import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localHourClock } from './local-hours.ts';

const hourMs = 3_600_000;

test('the hour of an instant does not depend on which instant was asked before', () => {
  const changes = ['2026-03-29T01:00Z', '2026-10-25T01:00Z'].map((text) => Date.parse(text));
  const clock = localHourClock('Europe/Zurich');
  const instants = changes.flatMap((ms) => [ms, ms - 1, ms - 30 * hourMs, ms + 1, ms]);
  for (const atMs of instants) {
    const fresh = localHourClock('Europe/Zurich').localHourAt(atMs);
    assert.equal(clock.localHourAt(atMs), fresh, new Date(atMs).toISOString());
    const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('Europe/Zurich');
    assert.equal(((fresh % 24) + 24) % 24, local.hour);
  }
});
