// What waits for the head-end when it has been away for longer than there is room: the registers
// of long ago give way, and it is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpMessage } from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';
import { newMemory, type StsMemory } from './sts-memory.ts';
import { createStsOutbox } from './sts-outbox.ts';

test('after six weeks without a link the oldest registers go, and no token', () => {
  let stored: StsMemory = newMemory;
  const troubles: string[] = [];
  const sent: UpMessage[] = [];
  const save = (memory: StsMemory) => {
    stored = memory;
  };
  const outbox = createStsOutbox(
    {
      memory: { load: () => stored, save },
      send: (message) => sent.push(message),
      onTrouble: (what) => troubles.push(what),
    },
    () => null,
  );
  outbox.answer(
    'command_0190a000-0000-7000-8000-000000000001',
    { kind: 'readNow' },
    1_700_000_000_000,
  );
  const startMs = 1_700_000_000_000;
  for (let n = 1; n <= 2_010; n += 1) {
    const entry = { endsAtMs: startMs + n * 1_800_000, importEnergyWh: energyWh(BigInt(n)) };
    outbox.post({ kind: 'profile', entries: [entry] }, {});
  }
  assert.equal(outbox.memory().outbox.length, 2_000);
  assert.equal(troubles.length, 1);
  outbox.setLink(true);
  assert.deepEqual(
    sent.slice(0, 2).map((message) => [message.kind, 'sequence' in message && message.sequence]),
    [
      ['commandResult', 1],
      ['profile', 13],
    ],
  );
});
