// A server that is started while its database recovers.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createDatabase } from '../base/database.ts';
import { createDiskFullNote } from '../base/disk-full.ts';
import { awaitDatabase, recoveryLimitMs } from './await-database.ts';
import { createHealth } from './health.ts';

/** PostgreSQL's messages: a type, the length, the rest. */
function message(type: string, rest: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + rest.length, 1);
  return Buffer.concat([head, rest]);
}
const recovering = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0'),
);
const idle = message('Z', Buffer.from('I'));
const signedIn = Buffer.concat([message('R', Buffer.alloc(4)), idle]);
const answered = Buffer.concat([
  message('1', Buffer.alloc(0)),
  message('2', Buffer.alloc(0)),
  message('n', Buffer.alloc(0)),
  message('C', Buffer.from('SELECT 1\0')),
  idle,
]);

/** Answers as during redo to so many connections, and then as one that is up. */
async function startFake(refusals: number) {
  let left = refusals;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      left -= 1;
      if (left >= 0) {
        socket.end(recovering);
        return;
      }
      socket.write(signedIn);
      socket.on('data', (asked) => {
        if (asked.includes('SELECT 1')) socket.write(answered);
      });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const database = createDatabase({ url: `postgres://u:p@127.0.0.1:${address.port}/d` });
  const close = async () => {
    await database.close();
    server.close();
  };
  return { database, close };
}

function createTold() {
  let waiting: string | null = null;
  const said: unknown[] = [];
  const tell = (text: string | null) => {
    waiting = text;
  };
  return {
    ...{ said, tell },
    waiting: () => waiting,
    log: { warn: (text: unknown) => said.push(text) },
  };
}

test('a server waits while the database recovers; the log and /health say so', async () => {
  const { database, close } = await startFake(100);
  const told = createTold();
  const health = createHealth({
    ...{ database, waitingFor: told.waiting, nowMs: () => 0 },
    ...{ isStarted: () => false, isDraining: () => false },
    sweepReports: () => [],
    partReports: () => [],
  });
  const seen: unknown[] = [];
  const wait = async () => {
    if (seen.length < 3) seen.push((await health()).status);
  };
  await awaitDatabase({ ...told, database, wait });
  assert.deepEqual(seen.slice(0, 3), [
    'starting: the database starts or recovers; waited for 0 s so far',
    'starting: the database starts or recovers; waited for 0 s so far',
    'starting: the database starts or recovers; waited for 1 s so far',
  ]);
  assert.deepEqual(told.said, [
    'the database starts or recovers; waited for 0 s so far',
    'the database starts or recovers; waited for 30 s so far',
  ]);
  assert.deepEqual(await health(), { ready: false, status: 'starting' });
  await close();
});

test('a database that ended of a full disk is told so at /health, until it answers again', async () => {
  let isAway = false;
  let nowMs = 0;
  let freeBytes: number | null = null;
  const disk = createDiskFullNote(
    () => nowMs,
    () => freeBytes,
  );
  const execute = async () => {
    if (isAway) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    return [];
  };
  const query = { select: () => query, limit: () => query, execute };
  const directories = { selectFrom: () => query } as never;
  const health = createHealth({
    ...{ waitingFor: () => null, nowMs: () => nowMs },
    ...{ isStarted: () => true, isDraining: () => false },
    database: { disk, directories },
    sweepReports: () => [],
    partReports: () => [],
  });
  const status = async () => {
    nowMs += 10_000;
    const { ready, status: said, isDiskFull } = await health();
    return [ready, said, isDiskFull ?? false];
  };
  isAway = true;
  assert.deepEqual(await status(), [false, 'database unavailable', false]);
  disk.heard('53100');
  assert.deepEqual(await status(), [false, 'database unavailable: its disk is full', true]);
  isAway = false;
  assert.deepEqual(await status(), [true, 'ready', false]);
  isAway = true;
  assert.deepEqual(await status(), [false, 'database unavailable', false]);
  freeBytes = 0;
  assert.deepEqual(await status(), [false, 'database unavailable: its disk is full', true]);
});

const refusing = (code: string) => ({
  directories: {
    getExecutor: () => {
      throw Object.assign(new Error('refused'), { code });
    },
  } as never,
});

test('it waits no longer than it says, and not at all for another refusal', async () => {
  let waits = 0;
  const counting = async () => {
    waits += 1;
  };
  await assert.rejects(
    awaitDatabase({ ...createTold(), database: refusing('57P03'), wait: counting }),
    {
      code: '57P03',
    },
  );
  assert.equal(waits, recoveryLimitMs / 500);
  await assert.rejects(
    awaitDatabase({ ...createTold(), database: refusing('28P01'), wait: counting }),
    {
      code: '28P01',
    },
  );
  assert.equal(waits, recoveryLimitMs / 500);
});
