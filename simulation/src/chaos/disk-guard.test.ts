// The guard of a node's disk, between a `df` and a `curl` of ours: when it hands over, and what
// becomes of its reserve. The drill of a failover runs it between real ones.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('../../../deploy/patroni/disk-guard', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prewatt-guard-'));
const at = (name: string): string => join(folder, name);
const asked = (): string => (existsSync(at('asked')) ? readFileSync(at('asked'), 'utf8') : '');
const put = (name: string, lines: readonly string[]): void =>
  writeFileSync(at(name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });

put('sleep', ['exec /bin/sleep 0.05']);
put('df', [`echo Avail; cat ${at('free')}`]);
// A standby answers /primary with 503, which curl --fail makes an error.
put('curl', [
  'for word; do address=$word; done',
  'case $address in',
  `  */primary) test -e ${at('is-primary')} ;;`,
  `  */patroni) echo '{"state": "running", "patroni": {"name": "node-2"}}' ;;`,
  `  */switchover) echo "$*" >> ${at('asked')} ;;`,
  'esac',
]);

let running: ChildProcess | undefined;
after(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function eventually(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (isSo()) return;
    await pause(50);
  }
  assert.fail(`not within ten seconds: ${what}`);
}

test('a primary with a full disk gives its reserve up and hands over once; a standby does not', async () => {
  writeFileSync(at('free'), '900\n');
  running = spawn(guard, {
    stdio: 'ignore',
    env: {
      PATH: `${folder}:${process.env['PATH']}`,
      ...{ REST: 'http://node', RESERVE: at('reserve'), RESERVE_MB: '1', LEAST_MB: '64' },
    },
  });
  await eventually(() => existsSync(at('reserve')), 'a reserve while there is space');
  writeFileSync(at('free'), '3\n');
  await pause(500);
  assert.equal(asked(), '');
  assert.ok(existsSync(at('reserve')));

  writeFileSync(at('is-primary'), '');
  await eventually(() => asked() !== '', 'a switchover');
  assert.match(asked(), /"leader": "node-2"/);
  assert.ok(!existsSync(at('reserve')));
  await pause(500);
  assert.equal(asked().match(/switchover/g)?.length, 1);
});
