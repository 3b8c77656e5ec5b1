// A meter as its DLMS device sees it: what is asked of it is done at once, however long it slept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProtection } from '@prewatt/meter';
import { ok } from '@prewatt/quantities';
import { createMeterFace } from '../src/dlms/meter-face.ts';
import { measuringObjects } from '../src/dlms/objects.ts';
import { factoryFile } from '../src/factory.ts';
import { loadHomes } from '../src/homes.ts';
import { createVirtualMeter } from '../src/virtual-meter.ts';
import { factory, tokenOf } from './bench.ts';

function faceOf(change: Partial<(typeof factory)['meters'][number]> = {}) {
  const [made] = factoryFile.parse({
    meters: factory.meters.map((each) => ({ ...each, ...change })),
  }).meters;
  const home = loadHomes().find(({ id }) => id === made?.homeProfile);
  assert.ok(made !== undefined && home !== undefined);
  const time = { nowMs: Date.UTC(2026, 10, 18, 10) };
  const meter = createVirtualMeter(made, home, {
    ...{ clock: { nowMs: () => time.nowMs }, speed: 1, send: () => {}, changed: () => {} },
    ...{ store: { load: () => ok(null), save: () => {} }, onDiskFull: () => {} },
  });
  let count = 0;
  const face = createMeterFace(meter, () => {
    count += 1;
    return `command_0190a000-0000-7000-8000-${String(count).padStart(12, '0')}`;
  });
  return { face, time };
}

test('by class 70 a rule forbids a cut, but not one for safety', () => {
  const everyDay = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' };
  const { face } = faceOf({
    protection: { ...noProtection, friendlyHours: [everyDay] },
  });
  const disconnector = measuringObjects(face).find(({ classId }) => classId === 70);
  const access = { association: 'management', clientSap: 1, selection: null };
  const opens = (word: number) =>
    disconnector?.methods.get(1)?.({ type: 'integer', value: word }, access).result;
  assert.equal(opens(0), 3, 'read-write-denied');
  assert.equal(opens(1), 0);
});

test('a command to a meter that has not moved for days does not come too late', () => {
  const { face, time } = faceOf();
  time.nowMs += 3 * 86_400_000;
  const result = face.command({ kind: 'deliverToken', token: tokenOf(5_000, 1) });
  assert.ok(result.kind === 'deliverToken' && result.outcome.result === 'accepted');
});
