// What a person is told while PostgreSQL recovers after a crash.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recoveryText } from './postgres.ts';

test('a recovery and how long it has taken are told; other lines are not', () => {
  const at = '2026-11-24 08:00:00.000 UTC [77] LOG:  ';
  const begun = `${at}database system was not properly shut down; automatic recovery in progress`;
  assert.match(recoveryText(begun) ?? '', /recovers what was written before/);
  const under = `${at}redo in progress, elapsed time: 20.01 s, current LSN: 0/51A3F8B0`;
  assert.equal(recoveryText(under), 'PostgreSQL recovers, for 20 s so far.');
  assert.equal(recoveryText(`${at}checkpoint starting: end-of-recovery`), null);
});
