// Lines that lose, double and damage; sockets; pushes with acknowledgement; replay.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createRandom } from '@prewatt/quantities/fuzzing';
import { nodeCrypto } from '../node/crypto.ts';
import {
  attributeOf,
  keyIds,
  registerClass,
  securitySetupClass,
  writeParameter,
} from '../src/classes/index.ts';
import {
  authenticatedEncryptedPolicy,
  type ClientEvent,
  clientAddress,
  createPushListener,
  createSecurity,
  createWrapperReader,
  type DataNotification,
  decodeApdu,
  encodeFrame,
  encodeWrapper,
  longInvokeConfirmed,
  newCounters,
  protect,
  securitySetup,
  serverAddress,
  structure,
  unsigned,
} from '../src/index.ts';
import { badAssociation } from './bad-line.ts';
import {
  badPipe,
  type ClientSetup,
  clientOf,
  clientTitle,
  connectLine,
  keys,
  names,
  opened,
  serverOf,
  serverTitle,
  type Transport,
  testMeter,
} from './fixtures.ts';

const energy = { ...attributeOf(registerClass, names.energy, 'value'), selection: null };

test('HDLC brings everything through a line that loses, doubles and damages frames', () => {
  for (let seed = 1; seed <= 60; seed += 1) badAssociation(seed, 8);
});

test('over datagrams nothing is done twice and nothing is believed that is damaged', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = createRandom(seed);
    const meter = testMeter();
    const setup = { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted' } as const;
    const line = connectLine(
      clientOf({ ...setup, transport: 'wrapper' }, random),
      serverOf(meter, 'wrapper', random),
      badPipe(random, 6),
    );
    line.run(line.client.open());
    for (let turn = 0; turn < 5 && line.client.isIdle(); turn += 1) {
      line.run(line.client.request({ kind: 'get', attribute: energy }));
    }
    for (const event of line.events) {
      if (event.kind !== 'answer') continue;
      const value = { type: 'doubleLongUnsigned', value: 123_456 };
      assert.deepEqual(event.answer, { kind: 'read', results: [{ ok: true, value }] });
    }
  }
});

/** One reading over a real socket. */
async function readOverTcp(transport: Transport, setup: Omit<ClientSetup, 'transport'>) {
  const random = createRandom(3);
  const meter = testMeter();
  const listener = createServer((socket) => {
    const server = serverOf(meter, transport, random);
    socket.on('data', (bytes: Buffer) => socket.write(server.feed(bytes).bytesToSend));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const client = clientOf({ ...setup, transport }, random);
  try {
    await until(socket, client, client.open(), 'opened');
    const read = client.request({ kind: 'get', attribute: energy });
    const answered = await until(socket, client, read, 'answer');
    await until(socket, client, client.release(), 'released');
    return answered;
  } finally {
    socket.destroy();
    listener.close();
  }
}

/** Sends and waits for an event of that kind. */
async function until(
  socket: Socket,
  client: ReturnType<typeof clientOf>,
  first: { events: readonly ClientEvent[]; bytesToSend: Uint8Array },
  kind: ClientEvent['kind'],
): Promise<ClientEvent> {
  const waited = new Promise<ClientEvent>((resolve, reject) => {
    const take = (bytes: Uint8Array) => {
      const output = client.feed(bytes);
      if (output.bytesToSend.length > 0) socket.write(output.bytesToSend);
      const found = output.events.find((event) => event.kind === kind);
      const bad = output.events.find((event) => ['refused', 'failed'].includes(event.kind));
      if (found === undefined && bad === undefined) return;
      socket.off('data', take);
      if (found === undefined) reject(new Error(JSON.stringify(bad)));
      else resolve(found);
    };
    socket.on('data', take);
  });
  socket.write(first.bytesToSend);
  return waited;
}

for (const transport of ['wrapper', 'hdlc'] as const) {
  test(`a meter is read over TCP with ${transport}, ciphered`, async () => {
    const answered = await readOverTcp(transport, {
      sap: 1,
      mechanism: 'gmac',
      protection: 'authenticatedEncrypted',
    });
    assert.equal(answered.kind === 'answer' && answered.answer.kind, 'read');
  });
}

const pushed: DataNotification = {
  kind: 'dataNotification',
  longInvoke: (longInvokeConfirmed | 7) >>> 0,
  dateTime: new Uint8Array(0),
  body: structure(unsigned(1), unsigned(2)),
};

test('a push is taken once, acknowledged, and refused when it is played again', () => {
  const meter = testMeter();
  const server = serverOf(meter, 'wrapper', createRandom(4));
  const headEnd = createSecurity({
    crypto: nodeCrypto,
    title: clientTitle,
    suite: 0,
    keys,
    counters: newCounters,
  });
  const securityOf = (title: Uint8Array) =>
    title.toHex() === serverTitle.toHex() ? headEnd : null;
  const listener = createPushListener({ securityOf, least: 'authenticatedEncrypted' });
  const push = { clientSap: 0x40, serverSap: 1, notification: pushed } as const;
  const { bytesToSend } = server.push({ ...push, protection: 'authenticatedEncrypted' });
  const first = listener.feed(bytesToSend);
  const event = first.find(({ kind }) => kind === 'pushed');
  if (event?.kind !== 'pushed') throw new Error(JSON.stringify(first));
  assert.deepEqual(event.pushed.notification, pushed);
  assert.equal(event.pushed.wantsConfirm, true);
  assert.ok(first.some(({ kind }) => kind === 'counters'));
  assert.deepEqual(listener.feed(bytesToSend), [{ kind: 'refused', why: 'replay' }]);
  const inClear = server.push({ ...push, protection: 'none' }).bytesToSend;
  assert.deepEqual(listener.feed(inClear), [{ kind: 'refused', why: 'policy' }]);
  // The acknowledgement is ciphered as the push was; in clear it is the same that the meter hears.
  assert.notEqual(listener.confirm(event.pushed).length, 0);
  const plain = createPushListener({ securityOf, least: 'none' });
  const [heard] = plain.feed(inClear);
  if (heard?.kind !== 'pushed') throw new Error('nothing was heard');
  const { events } = server.feed(plain.confirm(heard.pushed));
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'pushConfirmed'),
    [{ kind: 'pushConfirmed', longInvoke: pushed.longInvoke, clientSap: 0x40, serverSap: 1 }],
  );
});

const ciphered = { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted' } as const;

test('a request played again is not carried out, and the counter that is expected is said', () => {
  const meter = testMeter();
  const line = opened(meter, { ...ciphered, transport: 'wrapper' });
  const first = line.client.request({ kind: 'get', attribute: energy });
  const second = first.bytesToSend;
  line.run(first);
  // Sent again at once: the same bytes come back, and nothing new is said.
  const again = line.server.feed(second).bytesToSend;
  assert.deepEqual(line.server.feed(second).bytesToSend, again);
  line.run(line.client.request({ kind: 'get', attribute: energy }));
  const { events, bytesToSend } = line.server.feed(second);
  assert.ok(events.some((event) => event.kind === 'refused' && event.why === 'replay'));
  const [frame] = createWrapperReader().feed(bytesToSend).frames;
  assert.deepEqual(decodeApdu(frame?.apdu ?? new Uint8Array(0)), {
    ok: true,
    value: {
      kind: 'exceptionResponse',
      stateError: 1,
      serviceError: 6,
      invocationCounter: meter.security.counters.received() + 1,
    },
  });
});

test('under a dedicated key both sides may count from nought, and nothing is taken twice', () => {
  const dedicatedKey = new Uint8Array(16).fill(7);
  const options = { random: () => dedicatedKey };
  const line = opened(testMeter({ received: -1 }), {
    ...{ ...ciphered, transport: 'wrapper', dedicated: true, options },
  });
  const under = (title: Uint8Array, invocationCounter: number, plain: string) =>
    protect(nodeCrypto, {
      ...{ key: dedicatedKey, authenticationKey: keys.authenticationKey, title },
      ...{ suite: 0, protection: 'authenticatedEncrypted', invocationCounter },
      form: { key: 'dedicated', general: false },
      plain: Uint8Array.fromHex(plain),
    });
  const asked = (invocationCounter: number, invoke: string) => {
    const apdu = under(clientTitle, invocationCounter, `c001${invoke}00030100010800ff0200`);
    const { bytesToSend } = line.server.feed(encodeWrapper({ source: 1, destination: 1, apdu }));
    return bytesToSend.subarray(8).toHex();
  };
  assert.match(asked(0, 'c1'), /^d4/);
  assert.match(asked(1, 'c2'), /^d4/);
  assert.equal(asked(0, 'c3'), 'd8010600000002');
  const answer = under(serverTitle, 0, 'c401c2001105');
  const framed = encodeWrapper({ source: 1, destination: 1, apdu: answer });
  line.client.request({ kind: 'get', attribute: energy });
  assert.ok(line.client.feed(framed).events.some(({ kind }) => kind === 'answer'));
  line.client.request({ kind: 'get', attribute: energy });
  assert.deepEqual(line.client.feed(framed).events, [{ kind: 'ignored', why: 'replay' }]);
});

test('what a meter has seen before a restart is not taken after it', () => {
  const random = createRandom(5);
  const line = connectLine(
    clientOf({ ...ciphered, transport: 'wrapper' }, random),
    serverOf(testMeter({ received: 1000 }), 'wrapper', random),
  );
  line.run(line.client.open());
  assert.ok(line.serverEvents.some((event) => event.kind === 'refused' && event.why === 'replay'));
  assert.ok(line.events.some(({ kind }) => kind === 'refused'));
});

test('counters are handed out to be stored before what uses them is sent', () => {
  const line = opened(testMeter(), { ...ciphered, transport: 'wrapper' });
  const stored = line.events.flatMap((event) => (event.kind === 'counters' ? [event] : []));
  assert.ok((stored[0]?.counters.sendFrom ?? 0) > 0);
  assert.ok(line.serverEvents.some(({ kind }) => kind === 'counters'));
});

test('clear text is not served where the association asks for ciphering', () => {
  const meter = testMeter();
  const line = opened(meter, { ...ciphered, transport: 'wrapper' });
  const apdu = Uint8Array.fromHex('c001c100030100010800ff0200');
  const { events } = line.server.feed(encodeWrapper({ source: 1, destination: 1, apdu }));
  assert.ok(events.some((event) => event.kind === 'refused' && event.why === 'policy'));
});

test('keys are changed under the key encryption key, after the answer', () => {
  const meter = testMeter();
  const line = opened(meter, { ...ciphered, transport: 'hdlc' });
  const fresh = new Uint8Array(16).fill(0x55);
  const method = { classId: 64, logicalName: names.security, method: 2 };
  const transfer = (kek: Uint8Array) =>
    writeParameter(securitySetupClass, 'keyTransfer', [
      { keyId: keyIds.globalUnicast, keyWrapped: nodeCrypto.wrapKey(kek, fresh) },
    ]);
  const wrong = transfer(new Uint8Array(16).fill(0x22));
  line.run(line.client.request({ kind: 'action', method, parameters: wrong }));
  const right = transfer(keys.keyEncryptionKey);
  line.run(line.client.request({ kind: 'action', method, parameters: right }));
  const results = line.events.flatMap((event) =>
    event.kind === 'answer' && event.answer.kind === 'done' ? event.answer.results : [],
  );
  assert.deepEqual(
    results.map(({ result }) => result),
    ['otherReason', 'success'],
  );
  assert.equal(meter.told.keys, 1);
  assert.deepEqual(meter.security.keys().encryptionKey, fresh);
});

test('an answer and the end of the link in the same bytes end the link, and nothing is thrown', () => {
  const client = clientOf({ sap: 16, mechanism: 'none', transport: 'hdlc' }, createRandom(1));
  client.open();
  const ends = { destination: clientAddress(16), source: serverAddress(1) };
  const frame = (control: number) =>
    encodeFrame({ ...ends, control, segmented: false, information: new Uint8Array(0) });
  const { events, bytesToSend } = client.feed(Uint8Array.of(...frame(0x73), ...frame(0x1f)));
  assert.equal(bytesToSend.length, 0);
  assert.ok(events.some(({ kind }) => kind === 'linkDown'));
});

test('keys whose answer was lost with the connection hold from its end on', () => {
  const meter = testMeter();
  const line = opened(meter, { ...ciphered, transport: 'wrapper' });
  const fresh = new Uint8Array(16).fill(0x66);
  meter.security.stageKeys({ authenticationKey: fresh });
  assert.notDeepEqual(meter.security.keys().authenticationKey, fresh);
  line.server.close();
  assert.deepEqual(meter.security.keys().authenticationKey, fresh);
});

test('a policy is raised and never lowered, and has no bits of its own', () => {
  let policy = 0x24;
  const { security } = testMeter();
  const setup = (onPolicy?: (raised: number) => void) =>
    securitySetup({
      ...{ security, crypto: nodeCrypto, policy: () => policy, onKeys: () => undefined },
      ...(onPolicy === undefined ? {} : { onPolicy }),
    });
  const raise = (raised: number): void => {
    policy = raised;
  };
  const access = { association: 'management', clientSap: 1, selection: null };
  const ask = (wanted: number, object = setup(raise)) => {
    const asked = writeParameter(securitySetupClass, 'securityActivate', wanted);
    return object.methods.get(1)?.(asked, access).result === 0;
  };
  assert.ok(!ask(0x20) && !ask(0xff) && !ask(0x6c, setup()));
  assert.ok(ask(0x6c));
  assert.equal(policy, authenticatedEncryptedPolicy);
  assert.ok(ask(0x6c));
});
