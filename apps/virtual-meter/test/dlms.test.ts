// The process with --dlms, read by a DLMS client over TCP: rights, registers, tokens, the switch,
// and counters that a restart does not give out again.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type ClientAnswer,
  type ClientEvent,
  type ClientOutput,
  type ClientRequest,
  createDlmsClient,
  createSecurity,
  type Data,
  type DlmsClient,
  type DlmsClientOptions,
  octetString,
  serverAddress,
} from '@prewatt/dlms';
import {
  type AttributeName,
  accountClass,
  attributeOf,
  type CosemClass,
  creditClass,
  dataClass,
  disconnectControlClass,
  limiterClass,
  methodOf,
  profileClass,
  readAttribute,
  registerClass,
  securitySetupClass,
  tokenGatewayClass,
} from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import {
  freePort,
  meterPan,
  startProcess,
  temporaryFolder,
  tokenOf,
  until,
  writeFactory,
} from './bench.ts';

const folder = temporaryFolder();
const [httpPort, wrapperPort, hdlcPort] = [await freePort(), await freePort(), await freePort()];
const environment = {
  PREWATT_METERS_DIR: folder.path,
  PREWATT_MQTT_URL: 'mqtt://127.0.0.1:1',
  PREWATT_HTTP_PORT: String(httpPort),
  PREWATT_DLMS_PORT: String(wrapperPort),
  PREWATT_DLMS_HDLC_PORT: String(hdlcPort),
  PREWATT_DLMS_SUITE: '1',
  PREWATT_CLOCK: `${Date.now()}:${Date.UTC(2026, 10, 18, 10)}:3600`,
  PREWATT_LOG_LEVEL: 'warn',
};
writeFactory(folder.path);
const children: ReturnType<typeof startProcess>[] = [];
const sockets: Socket[] = [];

async function start() {
  const child = startProcess(environment, ['--dlms']);
  children.push(child);
  await until('the DLMS port', async () => {
    const socket = connect(wrapperPort, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return isOpen;
  });
  return child;
}

after(() => {
  for (const socket of sockets) socket.destroy();
  for (const child of children) child.kill('SIGKILL');
  folder.remove();
});

const identityFile = join(folder.path, `${meterPan}.dlms.json`);
type Identity = {
  encryptionKey: string;
  authenticationKey: string;
  keyEncryptionKey: string;
  readerPassword: string;
  signingKey: string;
  meterPublicKey: string;
  received: number;
};
const identity = (): Identity => JSON.parse(readFileSync(identityFile, 'utf8'));

type Who = 'public' | 'reader' | 'management' | 'signed';

function optionsOf(who: Who, sendFrom: number, by: Identity): DlmsClientOptions {
  const { encryptionKey, authenticationKey, keyEncryptionKey, readerPassword } = by;
  const { signingKey, meterPublicKey } = by;
  const common = {
    serverSap: 1,
    crypto: nodeCrypto,
    random: (count: number) => new Uint8Array(randomBytes(count)),
    transport: { kind: 'wrapper' },
  } as const;
  if (who === 'public') {
    return { ...common, clientSap: 16, security: null, authentication: { mechanism: 'none' } };
  }
  if (who === 'reader') {
    const secret = new TextEncoder().encode(readerPassword);
    return {
      ...common,
      clientSap: 17,
      security: null,
      authentication: { mechanism: 'low', secret },
    };
  }
  const context = createSecurity({
    crypto: nodeCrypto,
    title: Uint8Array.fromHex('5057540000000099'),
    suite: 1,
    keys: {
      encryptionKey: Uint8Array.fromHex(encryptionKey),
      authenticationKey: Uint8Array.fromHex(authenticationKey),
      keyEncryptionKey: Uint8Array.fromHex(keyEncryptionKey),
    },
    counters: { sendFrom, received: -1 },
  });
  return {
    ...common,
    clientSap: who === 'signed' ? 2 : 1,
    authentication:
      who === 'signed'
        ? {
            mechanism: 'ecdsa',
            privateKey: Uint8Array.fromHex(signingKey),
            publicKey: Uint8Array.fromHex(meterPublicKey),
          }
        : { mechanism: 'gmac' },
    security: { context, protection: 'authenticatedEncrypted', general: false, dedicated: false },
  };
}

/** A client on a socket of its own, opened; `ask` waits for the answer. */
type Way = { sendFrom?: number; hdlc?: boolean; by?: Identity };

async function associate(who: Who, o: Way = {}) {
  const socket = connect(o.hdlc === true ? hdlcPort : wrapperPort, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const options = optionsOf(who, o.sendFrom ?? 1, o.by ?? identity());
  const transport = { kind: 'hdlc', address: serverAddress(1) } as const;
  const client = createDlmsClient(o.hdlc === true ? { ...options, transport } : options);
  await eventOf(socket, client, client.open(), 'opened');
  return {
    ask: async (request: ClientRequest): Promise<ClientAnswer> => {
      const event = await eventOf(socket, client, client.request(request), 'answer');
      if (event.kind !== 'answer') throw new Error(event.kind);
      return event.answer;
    },
    end: () => eventOf(socket, client, client.release(), 'released').then(() => socket.destroy()),
  };
}
type Association = Awaited<ReturnType<typeof associate>>;

function eventOf(
  socket: Socket,
  client: DlmsClient,
  first: ClientOutput,
  kind: ClientEvent['kind'],
): Promise<ClientEvent> {
  return new Promise((resolve, reject) => {
    const take = (bytes: Buffer) => {
      const output = client.feed(bytes);
      if (output.bytesToSend.length > 0) socket.write(output.bytesToSend);
      const found = output.events.find((event) => event.kind === kind);
      const bad = output.events.find((event) => ['refused', 'failed'].includes(event.kind));
      if (found === undefined && bad === undefined) return;
      socket.off('data', take);
      if (found !== undefined) resolve(found);
      else reject(new Error(JSON.stringify(bad)));
    };
    socket.on('data', take);
    socket.write(first.bytesToSend);
  });
}

/** Values of an object, by name. */
async function read<C extends CosemClass, N extends AttributeName<C>>(
  { ask }: Association,
  cosemClass: C,
  logicalName: string,
  name: N,
) {
  const attribute = { ...attributeOf(cosemClass, logicalName, name), selection: null };
  const answer = await ask({ kind: 'get', attribute });
  const result = answer.kind === 'read' ? answer.results[0] : undefined;
  if (result?.ok !== true) throw new Error(`${logicalName} ${name}: ${result?.error}`);
  const value = readAttribute(cosemClass, name, result.value);
  if (!value.ok) throw new Error(`${logicalName} ${name}: ${value.error}`);
  return value.value;
}

async function act(
  { ask }: Association,
  method: ReturnType<typeof methodOf>,
  parameters: Data | null,
) {
  const answer = await ask({ kind: 'action', method, parameters });
  return answer.kind === 'done' ? answer.results[0]?.result : answer.kind;
}

await start();

test('the file with the keys is its owner’s alone', () => {
  assert.equal(statSync(identityFile).mode & 0o077, 0);
});

test('the public sees who the meter is and where its counter stands, and nothing else', async () => {
  const association = await associate('public');
  const name = await read(association, dataClass, '0.0.42.0.0.255', 'value');
  assert.deepEqual(name, octetString(new TextEncoder().encode(`PWT${meterPan.slice(-13)}`)));
  await read(association, dataClass, '0.0.43.1.0.255', 'value');
  await assert.rejects(
    read(association, registerClass, '1.0.1.8.0.255', 'value'),
    /readWriteDenied/,
  );
  await association.end();
});

test('a reader reads registers and the profile, over HDLC as well, and changes nothing', async () => {
  for (const hdlc of [false, true]) {
    const association = await associate('reader', { hdlc });
    const scale = await read(association, registerClass, '1.0.1.8.0.255', 'scalerUnit');
    assert.deepEqual(scale, { scaler: 0, unit: 'wattHour' });
    await until('an interval of the profile', async () => {
      const rows = await read(association, profileClass, '1.0.99.1.0.255', 'buffer');
      return rows.length > 1;
    });
    const method = methodOf(disconnectControlClass, '0.0.96.3.10.255', 'remoteDisconnect');
    assert.equal(await act(association, method, null), 'readWriteDenied');
    await association.end();
  }
});

test('management enters tokens, opens the switch and sets the limit', async () => {
  const association = await associate('management');
  const enter = methodOf(tokenGatewayClass, '0.0.19.40.0.255', 'enter');
  const token = octetString(new TextEncoder().encode(tokenOf(25_000, 1)));
  const status = () => read(association, tokenGatewayClass, '0.0.19.40.0.255', 'tokenStatus');
  const credit = () => read(association, creditClass, '0.0.19.10.0.255', 'currentCreditAmount');
  assert.equal(await act(association, enter, token), 'success');
  assert.equal((await status()).statusCode, 'executionOk');
  const after = await credit();
  assert.ok(after > 20_000 && after <= 25_000, `${after} Wh`);
  assert.equal(await act(association, enter, token), 'success');
  assert.equal((await status()).statusCode, 'validationFailure');
  assert.ok((await credit()) <= after, 'the same token credits once');
  const account = await read(association, accountClass, '0.0.19.0.0.255', 'currentCreditStatus');
  assert.ok(account.includes('inCredit'));
  const disconnector = '0.0.96.3.10.255';
  const state = () => read(association, disconnectControlClass, disconnector, 'controlState');
  assert.equal(await state(), 'connected');
  const open = methodOf(disconnectControlClass, disconnector, 'remoteDisconnect');
  assert.equal(await act(association, open, null), 'success');
  assert.equal(await state(), 'disconnected');
  const close = methodOf(disconnectControlClass, disconnector, 'remoteReconnect');
  assert.equal(await act(association, close, null), 'success');
  assert.equal(await state(), 'connected');
  const threshold = attributeOf(limiterClass, '0.0.17.0.0.255', 'thresholdNormal');
  const written = await association.ask({
    kind: 'set',
    attribute: { ...threshold, selection: null },
    value: { type: 'doubleLongUnsigned', value: 2000 },
  });
  assert.deepEqual(written, { kind: 'written', results: ['success'] });
  const active = await read(association, limiterClass, '0.0.17.0.0.255', 'thresholdActive');
  assert.deepEqual(active, { type: 'doubleLongUnsigned', value: 2000 });
  await association.end();
});

test('in suite 1 a head-end is let in by its signature, and only by its own', async () => {
  const { received } = identity();
  const association = await associate('signed', { sendFrom: received + 1 });
  const serial = await read(association, dataClass, '0.0.96.1.0.255', 'value');
  assert.deepEqual(serial, octetString(new TextEncoder().encode(meterPan)));
  const suite = await read(association, securitySetupClass, '0.0.43.0.0.255', 'securitySuite');
  assert.equal(suite, 'suite1');
  await association.end();
  const counted = identity();
  const stranger = { ...counted, signingKey: '7'.repeat(64) };
  await assert.rejects(
    associate('signed', { sendFrom: counted.received + 1, by: stranger }),
    /proofRefused/,
  );
});

test('what a meter has heard before a restart is no use after it', async () => {
  const { received } = identity();
  assert.ok(received > 0);
  const [first] = children;
  first?.kill('SIGKILL');
  if (first !== undefined) await once(first, 'exit');
  await start();
  await assert.rejects(associate('management', { sendFrom: 0 }), /replay|initiate/);
  const association = await associate('management', { sendFrom: received + 1 });
  await association.end();
});
