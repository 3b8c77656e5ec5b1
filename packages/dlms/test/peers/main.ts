// `npm run peers -- dlms`: our client and server against DLMS programs of others, which cannot be
// had from a package registry here: the path of each is given, and one that is not is skipped and
// said so. A peer that fails ends with 1.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeCrypto, publicKeyFor } from '../../node/crypto.ts';
import { attributeOf, clockClass, readAttribute } from '../../src/classes/index.ts';
import {
  type ClientEvent,
  type ClientOutput,
  type ClientSecurity,
  createDlmsClient,
  createDlmsServer,
  createSecurity,
  type Data,
  type DlmsClient,
  type DlmsClientOptions,
  newCounters,
  type SelectedAttribute,
  selectEntries,
  serverAddress,
} from '../../src/index.ts';
import { peerDevice, peerKeys, signingKey } from './device.ts';

const help = `npm run peers -- dlms [--NAME PATH ...]   (or the variables in brackets)

  --gurux-python DIR   client, tried against our server: the folder of Gurux.DLMS.Python; it needs
                       python3-dateutil, -tz and -cryptography of Debian  [DLMS_GURUX_PYTHON]
  --dlms-cosem DIR     client, tried against our server: a folder with the package dlms_cosem; it
                       needs python3-attr, -structlog, -asn1crypto, -cryptography, -serial,
                       -dateutil and -typing-extensions of Debian  [DLMS_DLMS_COSEM]
  --gurux-c FILE       server, tried by our client: gurux.dlms.server.bin  [DLMS_GURUX_C]
  --gurux-java JAR     server, tried by our client: the example's jar or class path (absolute),
                       whose server by logical names and wrapper listens at 4063
                       [DLMS_GURUX_JAVA]`;

const given = process.argv.slice(2);
const pathOf = (name: string): string | null => {
  const at = given.indexOf(`--${name}`);
  const named = process.env[`DLMS_${name.toUpperCase().replaceAll('-', '_')}`];
  return (at === -1 ? named : given[at + 1]) ?? null;
};

/** Each answers with what was tried. */
const peers: Readonly<Record<string, (path: string) => Promise<string>>> = {
  'gurux-python': guruxPython,
  'dlms-cosem': dlmsCosem,
  'gurux-c': async (path) => {
    const command = resolve(path);
    const wrapped = await askServer(
      { command, port: 4063, args: ['-p', '4063', '-i', 'WRAPPER'], framing: 'wrapper' },
      ['none', 'low', 'gmac', 'dedicated', 'general'],
    );
    const framed = await askServer(
      { command, port: 4062, args: ['-p', '4062', '-i', 'HDLC'], framing: 'hdlc' },
      ['none', 'low', 'gmac'],
    );
    return `${wrapped}; by HDLC: ${framed}`;
  },
  'gurux-java': async (path) => {
    const isJar = path.endsWith('.jar') && !path.includes(':');
    const args = isJar ? ['-jar', path] : ['-cp', path, `${javaExample}.GuruxDlmsServerExample`];
    const at = { command: 'java', port: 4063, framing: 'wrapper' } as const;
    const asked = await askServer({ ...at, args }, ['none', 'low', 'md5', 'sha1', 'sha256']);
    const source = ['-cp', path, fileURLToPath(new URL('GuruxEcdsa.java', import.meta.url))];
    const ours = publicKeyFor(signingKey('client')).toHex();
    const signed = ['server', '4063', ours, peerKeys.serverSigningKey];
    await askServer({ ...at, args: [...source, ...signed] }, ['ecdsa']);
    const { clientSigningKey, clientTitle, encryptionKey, authenticationKey } = peerKeys;
    await serveOurs(
      async (port) => {
        const keys = [publicKeyFor(signingKey('server')).toHex(), clientSigningKey];
        const more = [...keys, clientTitle, encryptionKey, authenticationKey];
        const said = await outputOf(spawn('java', [...source, 'client', `${port}`, ...more]));
        assert.match(said, /register 1234500[\s\S]*released/, `ecdsa:\n${said.slice(-1500)}`);
      },
      { suite: 1 },
    );
    return `${asked}; by signatures of suite 1 it lets our client in, and our server its client`;
  },
};

const javaExample = 'gurux.dlms.server.example';

async function guruxPython(dir: string): Promise<string> {
  const packages = [join(dir, 'Gurux.DLMS.python')];
  const script = fileURLToPath(new URL('gurux-client.py', import.meta.url));
  const { password, clientTitle, encryptionKey, authenticationKey } = peerKeys;
  const more = [password, clientTitle, encryptionKey, authenticationKey];
  const ask = (framing: Framing, suite: 0 | 1, of: readonly string[]) => async (port: number) => {
    for (const way of of) {
      const args = [script, `${port}`, framing, way, `${suite}`, ...more];
      const said = await python(args, { packages, cwd: dir });
      const all = /register 1234500 [\s\S]*0\.0\.96\.1\.0\.255[\s\S]*released/;
      assert.match(said, all, `${framing}, ${way}, suite ${suite}:\n${said.slice(-1500)}`);
    }
  };
  for (const framing of ['wrapper', 'hdlc'] as const) {
    await serveOurs(ask(framing, 0, ['none', 'low', 'gmac']), { framing });
    await serveOurs(ask(framing, 1, ['gmac']), { framing, suite: 1 });
  }
  return 'reads clock, register and object list of our server by wrapper and by HDLC: without security, with low, and with GMAC ciphered in suites 0 and 1; releases';
}

async function dlmsCosem(dir: string): Promise<string> {
  const { encryptionKey, authenticationKey, clientTitle, password } = peerKeys;
  const script = fileURLToPath(new URL('dlms-cosem-client.py', import.meta.url));
  await serveOurs(async (port) => {
    for (const way of ['none', 'low', 'gmac']) {
      const more = [password, clientTitle, encryptionKey, authenticationKey];
      const said = await python([script, `${port}`, way, ...more], { packages: [dir], cwd: dir });
      // 1,234,500 as a double-long-unsigned.
      assert.match(said, /060012d644[\s\S]*released/, `${way}:\n${said.slice(-1500)}`);
    }
  });
  return 'reads clock, register and object list of our server in all three ways, and releases';
}

/** Our server, for as long as something is tried on it. */
async function serveOurs(
  run: (port: number) => Promise<void>,
  { suite = 0, framing = 'wrapper' }: { suite?: 0 | 1; framing?: Framing } = {},
): Promise<void> {
  const sockets = new Set<Socket>();
  const device = peerDevice(suite);
  const server = createServer((socket) => {
    sockets.add(socket);
    const ours = createDlmsServer({
      ...{ devices: [device], crypto: nodeCrypto },
      transport: framing === 'wrapper' ? { kind: framing } : { kind: framing, physical: null },
      random: (count) => new Uint8Array(randomBytes(count)),
    });
    socket.on('data', (bytes: Buffer) => socket.write(ours.feed(bytes).bytesToSend));
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  try {
    await run(typeof at === 'object' && at !== null ? at.port : 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** By Debian's, which has the packages that a peer needs. */
const pythonFile = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

function python(
  args: readonly string[],
  { packages, cwd }: { readonly packages: readonly string[]; readonly cwd: string },
): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', PYTHONPATH: packages.join(':') };
  return outputOf(spawn(pythonFile, args, { cwd, env }));
}

async function outputOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const end = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await once(child, 'close');
  clearTimeout(end);
  return said;
}

type Framing = 'wrapper' | 'hdlc';

type ServerOf = {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly framing: Framing;
};

type Way = keyof typeof ways;
const secret = new TextEncoder().encode('Gurux');
const ciphered = {
  protection: 'authenticatedEncrypted',
  general: false,
  dedicated: false,
} as const;
/** Of the servers' examples: the client's address, how it is let in, and how it is protected. */
const ways = {
  none: { sap: 16, authentication: { mechanism: 'none' } },
  low: { sap: 17, authentication: { mechanism: 'low', secret } },
  md5: { sap: 19, authentication: { mechanism: 'md5', secret } },
  sha1: { sap: 20, authentication: { mechanism: 'sha1', secret } },
  sha256: {
    ...{ sap: 22, authentication: { mechanism: 'sha256', secret } },
    security: { ...ciphered, protection: 'none' },
  },
  ecdsa: {
    ...{ sap: 23, security: { ...ciphered, protection: 'none' } },
    authentication: {
      ...{ mechanism: 'ecdsa', privateKey: signingKey('client') },
      publicKey: publicKeyFor(signingKey('server')),
    },
  },
  gmac: { sap: 1, authentication: { mechanism: 'gmac' }, security: ciphered },
  dedicated: {
    ...{ sap: 1, authentication: { mechanism: 'gmac' } },
    security: { ...ciphered, dedicated: true },
  },
  general: {
    ...{ sap: 1, authentication: { mechanism: 'gmac' } },
    security: { ...ciphered, general: true },
  },
} as const satisfies Record<
  string,
  Pick<DlmsClientOptions, 'authentication'> & {
    readonly sap: number;
    readonly security?: Omit<ClientSecurity, 'context'>;
  }
>;

/** A server for each way: it serves one association at a time, and keeps counters. */
async function askServer(server: ServerOf, of: readonly Way[]): Promise<string> {
  for (const way of of) {
    try {
      await askOnce(server, way);
    } catch (error) {
      throw new Error(`${way}: ${error}`);
    }
  }
  return `lets our client in (${of.join(', ')}), tells its clock, objects and profile, and releases`;
}

/** The association, the clock, the object list, the release. */
async function askOnce({ command, args, port, framing }: ServerOf, way: Way): Promise<void> {
  // What it keeps is its own: counters of an earlier try would be ahead of ours.
  const cwd = mkdtempSync(join(tmpdir(), 'dlms-peer-'));
  // Its input stays open: it ends with it.
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'ignore', 'ignore'] });
  let socket: Socket | null = null;
  try {
    socket = await reached(child, port);
    const { sap, authentication, ...more } = ways[way];
    const client = createDlmsClient({
      ...{ clientSap: sap, serverSap: 1, authentication },
      transport:
        framing === 'wrapper' ? { kind: framing } : { kind: framing, address: serverAddress(1) },
      security: 'security' in more ? { ...more.security, context: exampleSecurity(way) } : null,
      ...{ crypto: nodeCrypto, random: (count) => new Uint8Array(randomBytes(count)) },
    });
    await eventOf(socket, client, { first: client.open(), kind: 'opened' });
    const time = { ...attributeOf(clockClass, '0.0.1.0.0.255', 'time'), selection: null };
    const told = await readOf(socket, client, time);
    assert.ok(readAttribute(clockClass, 'time', told).ok);
    if (sap !== 16) await readMore(socket, client, time);
    const list = { classId: 15, logicalName: '0.0.40.0.0.255', attribute: 2, selection: null };
    assert.equal((await readOf(socket, client, list)).type, 'array');
    await eventOf(socket, client, { first: client.release(), kind: 'released' });
  } finally {
    // We close first: a server that does keeps the next one from its port for a minute.
    if (socket !== null && !socket.destroyed) await once(socket.destroy(), 'close');
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    rmSync(cwd, { recursive: true });
  }
}

/** Several attributes at once, and a part of a profile. */
async function readMore(
  socket: Socket,
  client: DlmsClient,
  time: SelectedAttribute,
): Promise<void> {
  const name = { classId: 1, logicalName: '0.0.42.0.0.255', attribute: 2, selection: null };
  const first = client.request({ kind: 'getList', attributes: [time, name] });
  const answer = await eventOf(socket, client, { first, kind: 'answer' });
  const all =
    answer.kind === 'answer' && answer.answer.kind === 'read' ? answer.answer.results : [];
  assert.deepEqual(
    all.map((each) => each.ok && each.value.type),
    ['octetString', 'octetString'],
  );
  const whole = { fromSelectedValue: 1, toSelectedValue: 0 };
  const buffer = { classId: 7, logicalName: '1.0.99.1.0.255', attribute: 2 };
  const selection = selectEntries({ ...whole, fromEntry: 1, toEntry: 2 });
  const rows = await readOf(socket, client, { ...buffer, selection });
  assert.ok(rows.type === 'array' && rows.items.length <= 2, JSON.stringify(rows));
}

const exampleSecurity = (way: Way) =>
  createSecurity({
    ...{ crypto: nodeCrypto, title: Uint8Array.fromHex(peerKeys.clientTitle) },
    suite: way === 'ecdsa' ? 1 : 0,
    keys: {
      encryptionKey: Uint8Array.fromHex(peerKeys.encryptionKey),
      authenticationKey: Uint8Array.fromHex(peerKeys.authenticationKey),
      keyEncryptionKey: new Uint8Array(16),
    },
    counters: newCounters,
  });

async function readOf(
  socket: Socket,
  client: DlmsClient,
  attribute: SelectedAttribute,
): Promise<Data> {
  const first = client.request({ kind: 'get', attribute });
  const answer = await eventOf(socket, client, { first, kind: 'answer' });
  const [result] =
    answer.kind === 'answer' && answer.answer.kind === 'read' ? answer.answer.results : [];
  assert.ok(result?.ok === true, JSON.stringify(result));
  return result.value;
}

async function reached(child: ChildProcess, port: number): Promise<Socket> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
    await pause(100);
  }
  throw new Error(`nobody listens at ${port}`);
}

function eventOf(
  socket: Socket,
  client: DlmsClient,
  o: { readonly first: ClientOutput; readonly kind: ClientEvent['kind'] },
): Promise<ClientEvent> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${o.kind} within 10 s`)), 10_000);
    const take = (bytes: Buffer): void => {
      const { events, bytesToSend } = client.feed(bytes);
      if (bytesToSend.length > 0) socket.write(bytesToSend);
      const found = events.find(({ kind }) => kind === o.kind);
      const bad = events.find(({ kind }) => kind === 'refused' || kind === 'failed');
      if (found === undefined && bad === undefined) return;
      clearTimeout(late);
      socket.off('data', take);
      if (found === undefined) reject(new Error(JSON.stringify(bad)));
      else resolve(found);
    };
    socket.on('data', take);
    socket.write(o.first.bytesToSend);
  });
}

const isAsked = given.length === 0 || given[0] === 'dlms';
if (given.includes('--help')) console.log(help);
else if (isAsked) {
  for (const [name, run] of Object.entries(peers)) {
    const path = pathOf(name);
    if (path === null) {
      console.log(`dlms ${name}: skipped, its path was not given (--${name} PATH)`);
    } else if (!existsSync(path.split(':')[0] ?? '')) {
      console.log(`dlms ${name}: failed, there is nothing at ${path}`);
      process.exitCode = 1;
    } else {
      await run(path).then(
        (tried) => console.log(`dlms ${name}: ${tried}`),
        (error) => {
          console.log(`dlms ${name}: failed, ${error}`);
          process.exitCode = 1;
        },
      );
    }
  }
}
