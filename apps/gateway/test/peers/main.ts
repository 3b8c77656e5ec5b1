// `npm run peers -- fieldbus`: our bus against programs that others wrote, over a pair of pseudo
// terminals of socat. A slave of pymodbus is read and switched by our master; mbpoll reads our
// simulated bus. Without the programs it says how to get them, and is skipped.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BusClock, createBus, readMeter, shippedMaps } from '@prewatt/fieldbus';
import { createModbus } from '../../src/modbus.ts';
import { type OpenPort, openPort } from '../../src/ports.ts';
import { createSimulatedBus } from '../../src/simulated-bus.ts';
import { until } from '../fixtures.ts';

const install =
  'apt-get install -y --no-install-recommends socat mbpoll python3-pymodbus python3-serial';
/** Debian's own, which has Debian's packages. */
const python = '/usr/bin/python3';
const names = process.argv.slice(2);
const isWanted = names.length === 0 || names.includes('fieldbus');

const clock: BusClock = {
  nowMs: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

function areThere(): boolean {
  const found = (command: string, ...args: string[]) =>
    spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
  const hasPython = spawnSync(python, ['-c', 'import pymodbus, serial'], { stdio: 'ignore' });
  return found('socat', '-V') && found('mbpoll', '-h') && hasPython.status === 0;
}

const serial = (path: string): OpenPort =>
  openPort({ kind: 'serial', name: 'peer', path, echo: false, quietMs: 5 });

/** Our master reads a meter of pymodbus by its map, and moves its coil. */
async function pymodbus(ours: string, theirs: string): Promise<string> {
  const script = new URL('./pymodbus-slave.py', import.meta.url).pathname;
  const slave = spawn(python, [script, theirs], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = serial(ours);
  const bus = createBus({ port, clock, echo: false, quietMs: 5, lateMs: 50, tries: 40 });
  try {
    const map = shippedMaps.get('eastron-single-phase');
    assert.ok(map !== undefined);
    const reading = await bus.run((talk) =>
      readMeter(talk, createModbus(talk, { framing: 'bytes' }), { map, address: '7' }),
    );
    assert.deepEqual(reading, { ok: true, value: map.examples[0]?.expect });
    const coil = await bus.run(async (talk) => {
      const master = createModbus(talk, { framing: 'bytes' });
      const written = await master.writeCoil({ unit: 7, at: 3, on: true });
      return [written, await master.readCoil({ unit: 7, at: 3 })];
    });
    assert.deepEqual(coil, [
      { ok: true, value: undefined },
      { ok: true, value: true },
    ]);
    const absent = await bus.run((talk) =>
      createModbus(talk, { framing: 'bytes' }).readRegisters({
        ...{ unit: 7, function: 4, at: 5000, count: 1 },
      }),
    );
    assert.deepEqual(absent, { ok: false, error: 'refusedByDevice' });
    return `${Object.keys(reading.value).length} quantities, a coil and a refusal`;
  } finally {
    await port.close();
    await end(slave);
  }
}

/** mbpoll reads our simulated meter. */
async function mbpoll(ours: string, theirs: string): Promise<string> {
  const bus = createSimulatedBus();
  bus.setEnergy(1, 1_234_560);
  const port = serial(ours);
  port.onBytes((sent) => {
    const answer = bus.answer(sent);
    if (answer !== null) void port.write(answer);
  });
  await port.setLine({ baud: 9600, dataBits: 8, parity: 'even', stopBits: 1 });
  try {
    const line = ['-m', 'rtu', '-a', '1', '-b', '9600', '-P', 'even', '-0', '-1'];
    const text = await outputOf('mbpoll', [
      ...line,
      '-t',
      '4:int',
      '-B',
      '-r',
      '40960',
      '-c',
      '1',
      theirs,
    ]);
    assert.match(text, /\[40960\]:\s+123456/);
    return 'the energy register as mbpoll reads it';
  } finally {
    await port.close();
  }
}

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
  });
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function withLine(run: (ours: string, theirs: string) => Promise<string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbus-'));
  const [ours, theirs] = [join(folder, 'a'), join(folder, 'b')];
  const pty = (link: string) => `pty,raw,echo=0,link=${link}`;
  const socat = spawn('socat', ['-d0', pty(ours), pty(theirs)], { stdio: 'inherit' });
  try {
    await until('the pair of terminals', () => existsSync(ours) && existsSync(theirs));
    return await run(ours, theirs);
  } finally {
    await end(socat);
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isWanted && !areThere()) {
  console.log(`fieldbus: skipped. Its programs are not here: as root, ${install}`);
} else if (isWanted) {
  for (const [name, run] of [
    ...([
      ['pymodbus', pymodbus],
      ['mbpoll', mbpoll],
    ] as const),
  ]) {
    try {
      console.log(`fieldbus ${name}: passed: ${await withLine(run)}`);
    } catch (thrown) {
      console.error(`fieldbus ${name}: failed. ${thrown instanceof Error ? thrown.stack : thrown}`);
      process.exitCode = 1;
    }
  }
}
