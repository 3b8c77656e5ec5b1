// `npm run peers -- conform`: the bench of meter makers on a serial line. A virtual meter speaks
// HDLC behind a pseudo terminal of socat, and `prewatt conform` calls it there as on RS485.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processContext, run } from '@prewatt/cli';
import { factory, freePort, meterPan, startProcess, temporaryFolder, until } from '../bench.ts';

const install = 'apt-get install -y --no-install-recommends socat';
const names = process.argv.slice(2);
const isWanted = names.length === 0 || names.includes('conform');
const isThere = spawnSync('socat', ['-V'], { stdio: 'ignore' }).error === undefined;

async function conformOnLine(): Promise<string> {
  const folder = temporaryFolder();
  const [httpPort, dlmsPort, hdlcPort] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(join(folder.path, 'factory.json'), JSON.stringify(factory), { mode: 0o600 });
  const children: ChildProcess[] = [];
  try {
    const environment = {
      PREWATT_METERS_DIR: folder.path,
      PREWATT_MQTT_URL: 'mqtt://127.0.0.1:1',
      PREWATT_HTTP_PORT: String(httpPort),
      PREWATT_DLMS_PORT: String(dlmsPort),
      PREWATT_DLMS_HDLC_PORT: String(hdlcPort),
      PREWATT_LOG_LEVEL: 'warn',
    };
    children.push(startProcess(environment, ['--bench', '--dlms']));
    const health = `http://127.0.0.1:${httpPort}/health`;
    // It is not "ready": there is no broker.
    await until('the meter', () =>
      fetch(health).then(
        () => true,
        () => false,
      ),
    );
    const tty = join(folder.path, 'tty');
    const far = `TCP:127.0.0.1:${hdlcPort}`;
    children.push(spawn('socat', ['-d0', `pty,raw,echo=0,link=${tty}`, far], { stdio: 'inherit' }));
    await until('the terminal', () => existsSync(tty));
    const keyFile = join(folder.path, 'meter.key');
    writeFileSync(keyFile, factory.meters[0]?.decoderKeyHex ?? '');
    let output = '';
    const way = ['--target', 'dlms', '--serial', tty, '--baud', '115200'];
    const keys = ['--keys', join(folder.path, `${meterPan}.dlms.json`)];
    const hook = `http://127.0.0.1:${httpPort}/meters/${meterPan}/bench`;
    const only = 'credit,replay,refusals,key-change,clock,limit,profile';
    const more = ['--decoder-key-file', keyFile, '--ti', '07', '--control', hook, '--only', only];
    const code = await run(['conform', ...way, ...keys, ...more, '--json'], {
      ...processContext,
      environment: {},
      print: (text) => {
        output += text;
      },
      printError: () => undefined,
    });
    assert.equal(code, 0, output);
    const { counts } = JSON.parse(output) as { counts: Record<string, number> };
    assert.equal(counts['passed'], only.split(',').length, JSON.stringify(counts));
    return `${counts['passed']} scenarios by HDLC on a serial line`;
  } finally {
    for (const child of children) child.kill('SIGTERM');
    folder.remove();
  }
}

if (isWanted && !isThere) {
  console.log(`conform: skipped. socat is not here: as root, ${install}`);
} else if (isWanted) {
  try {
    console.log(`conform serial: passed: ${await conformOnLine()}`);
  } catch (thrown) {
    console.error(`conform serial: failed. ${thrown instanceof Error ? thrown.stack : thrown}`);
    process.exitCode = 1;
  }
}
process.exit();
