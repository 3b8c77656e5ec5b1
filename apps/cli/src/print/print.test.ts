import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, openAsBlob, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CommandContext } from '../command.ts';
import { printGroup, printNew } from './group.ts';
import { printerAt } from './printer.ts';

const said: string[] = [];
const context = {
  print: (text: string) => said.push(text),
  printError: (text: string) => said.push(text),
  openFile: async (path: string) => openAsBlob(path),
  listFolder: (path: string) => readdirSync(path),
} as unknown as CommandContext;

const printed: string[] = [];
let folder: string;
let server: Server;
let printer: { host: string; port: number };

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prewatt-print-'));
  server = createServer(async (socket) => {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    printed.push(Buffer.concat(chunks).toString('hex'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  printer = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('a file goes to the printer as it is', async () => {
  const file = join(folder, 'one.bin');
  writeFileSync(file, Buffer.from('1b4080ff0a', 'hex'));
  const at = `${printer.host}:${printer.port}`;
  assert.equal(await printGroup([file, '--printer', at], context), 0);
  assert.deepEqual(printed.splice(0), ['1b4080ff0a']);
});

test('each receipt that comes into a folder is printed once; a dead printer keeps it', async () => {
  const done = new Set(context.listFolder(folder));
  writeFileSync(join(folder, 'receipt.escpos'), 'A');
  writeFileSync(join(folder, 'photo.jpg'), 'B');
  await printNew(context, { folder, printer: { host: '127.0.0.1', port: 1 }, done });
  assert.match(said.at(-1) ?? '', /ECONNREFUSED/);
  await printNew(context, { folder, printer, done });
  await printNew(context, { folder, printer, done });
  assert.deepEqual(printed.splice(0), ['41']);
});

test('a printer is a host with or without a port', async () => {
  assert.deepEqual(printerAt('10.0.0.7'), { host: '10.0.0.7', port: 9100 });
  assert.deepEqual(printerAt('till-printer:9101'), { host: 'till-printer', port: 9101 });
  for (const text of ['', 'a b', 'host:0', 'host:99999', '[::1]:9100']) {
    assert.equal(printerAt(text), null, text);
  }
  assert.equal(await printGroup(['x.bin'], context), 2);
});
