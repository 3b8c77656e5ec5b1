// Demo time across runs: stands still while stopped, skips a little after a crash, never goes back.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startDemoClock } from './demo-clock.ts';

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-clock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'demo-clock.json');
}

test('the first run starts at real time and goes as fast as asked', (t) => {
  let realMs = 1_000_000;
  const clock = startDemoClock({ file: fileFor(t), speed: 60, realNowMs: () => realMs });
  assert.equal(clock.anchor, '1000000:1000000:60');
  realMs += 1_000;
  assert.equal(clock.nowMs(), 1_060_000);
  clock.stop();
});

test('time stands still while the demo is stopped', (t) => {
  const file = fileFor(t);
  let realMs = 1_000_000;
  const first = startDemoClock({ file, speed: 60, realNowMs: () => realMs });
  realMs += 10_000;
  first.stop();
  realMs += 3_600_000;
  const second = startDemoClock({ file, speed: 2, realNowMs: () => realMs });
  assert.equal(second.nowMs(), 1_600_000);
  assert.equal(second.anchor, `${realMs}:1600000:2`);
  second.stop();
});

test('after a crash time goes on ahead of anything that was seen before', (t) => {
  const file = fileFor(t);
  const copy = `${file}.crash`;
  let realMs = 1_000_000;
  const first = startDemoClock({ file, speed: 60, realNowMs: () => realMs });
  // What a crash leaves is the file as it is while the clock runs.
  writeFileSync(copy, readFileSync(file));
  realMs += 4_999;
  const lastSeen = first.nowMs();
  first.stop();
  const second = startDemoClock({ file: copy, speed: 60, realNowMs: () => realMs });
  assert.ok(second.nowMs() > lastSeen);
  second.stop();
});

test('a damaged file is refused, not overwritten', (t) => {
  const file = fileFor(t);
  for (const text of ['', '{}', '{"demoMs":-1}', '{"demoMs":"x"}']) {
    writeFileSync(file, text);
    assert.throws(() => startDemoClock({ file, speed: 1, realNowMs: Date.now }), /damaged/);
    assert.equal(readFileSync(file, 'utf8'), text);
  }
});
