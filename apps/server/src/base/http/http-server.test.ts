// Sockets that stall, over real connections: what waits for a client ends, what we owe stays.

import assert from 'node:assert/strict';
import type { Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttpServer, type HttpLimits } from './http-server.ts';

let server: Server;
const sockets: Socket[] = [];
const owed: ServerResponse[] = [];

/** `/owed` is answered by the test, `/large` at once and at length, all else when it is whole. */
async function start(limits: Partial<HttpLimits>): Promise<void> {
  server = createHttpServer((request, response) => {
    if (request.url === '/owed') {
      request.resume();
      owed.push(response);
    } else if (request.url === '/large') response.end(Buffer.alloc(64 * 1_048_576));
    else request.on('end', () => response.end('done')).resume();
  }, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  owed.splice(0);
  await new Promise((resolve) => server.close(resolve));
});

type Caller = {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  readonly heard: () => string;
};

function call(text: string): Caller {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  sockets.push(socket);
  let heard = '';
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (text !== '') socket.write(text);
  return { socket, ended, heard: () => heard };
}

const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n';

/** Writes a little again and again, as one does who wants to stay. */
function trickle({ socket, ended }: Caller, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 20);
  void ended.then(() => clearInterval(timer));
}

test('headers that do not end, and connections that say nothing, are closed', async () => {
  await start({ headersMs: 100 });
  const half = call('GET / HTTP/1.1\r\nhost: x\r\nx-a: ');
  const slow = call('GET / HTTP/1.1\r\n');
  trickle(slow, 'x-a: b\r\n');
  await Promise.all([half.ended, slow.ended, call('').ended]);
});

test('a body that stops is closed after the silence', async () => {
  await start({ silenceMs: 100 });
  await call(`${head}\r\nabc`).ended;
  await call('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc').ended;
});

test('a body that trickles is closed when its time is over, by its length', async () => {
  await start({ bodyMs: 150, bodyBytesPerSecond: 1_000_000 });
  const slow = call(`${head.replace('10', '1000')}\r\n`);
  trickle(slow, 'a');
  await slow.ended;
});

test('an answer that nobody reads is closed', async () => {
  await start({ silenceMs: 150 });
  const deaf = call('');
  deaf.socket.pause();
  deaf.socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  const closed = new Promise<void>((resolve) => {
    server.once('connection', (socket) => socket.once('close', () => resolve()));
  });
  await closed;
});

test('what we owe stays, however long it takes; then the connection serves again', async () => {
  await start({ headersMs: 60, silenceMs: 60, bodyMs: 60, requestMs: 60, idleMs: 60_000 });
  const patient = call('GET /owed HTTP/1.1\r\nhost: x\r\n\r\n');
  await pause(400);
  assert.equal(owed.length, 1);
  owed[0]?.write('data: one\n\n');
  await pause(200);
  assert.equal(patient.socket.closed, false);
  owed[0]?.end();
  await pause(50);
  patient.socket.write(`${head}\r\n0123456789`);
  while (!patient.heard().includes('done')) await pause(10);
});

test('of an address that holds too many, the one that waits longest makes room', async () => {
  await start({ connectionsPerAddress: 3 });
  const patient = call('GET /owed HTTP/1.1\r\nhost: x\r\n\r\n');
  while (owed.length === 0) await pause(10);
  const half = call(`${head}\r\nabc`);
  await pause(20);
  call(`${head}\r\nabc`);
  await pause(20);
  const good = call(`${head}\r\n0123456789`);
  await half.ended;
  while (!good.heard().includes('done')) await pause(10);
  assert.equal(patient.socket.closed, false, 'what we owe is not given up');
});

test('requests without end behind one that waits for its answer end the connection', async () => {
  await start({ pipelined: 3 });
  const many = call('GET /owed HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50));
  await many.ended;
  assert.equal(owed.length, 3);
});
