// A meter as its DLMS device sees it: what is asked of it is done at once, however long it slept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@prewatt/quantities';
import { createMeterFace } from '../src/dlms/meter-face.ts';
import { factoryFile } from '../src/factory.ts';
import { loadHomes } from '../src/homes.ts';
import { createVirtualMeter } from '../src/virtual-meter.ts';
import { factory, tokenOf } from './bench.ts';

test('a command to a meter that has not moved for days does not come too late', () => {
  const [made] = factoryFile.parse(factory).meters;
  const home = loadHomes().find(({ id }) => id === made?.homeProfile);
  assert.ok(made !== undefined && home !== undefined);
  let nowMs = Date.UTC(2026, 10, 18, 10);
  const meter = createVirtualMeter(made, home, {
    ...{ clock: { nowMs: () => nowMs }, speed: 1, send: () => {}, changed: () => {} },
    ...{ store: { load: () => ok(null), save: () => {} }, onDiskFull: () => {} },
  });
  const face = createMeterFace(meter, () => 'command_0190a000-0000-7000-8000-000000000001');
  nowMs += 3 * 86_400_000;
  const result = face.command({ kind: 'deliverToken', token: tokenOf(5_000, 1) });
  assert.ok(result.kind === 'deliverToken' && result.outcome.result === 'accepted');
});
