// What meters of others do that the standard allows, each as it was seen on the wire.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@prewatt/quantities/fuzzing';
import { nodeCrypto } from '../node/crypto.ts';
import { createDlmsClient, createPushListener, createSecurity, newCounters } from '../src/index.ts';
import { clientOf, serverOf, testMeter } from './fixtures.ts';

/** The first word of a meter whose key is new: its counter is 0. Keys are those of its example. */
const counterZero =
  '000100010001006b6169a109060760857405080103a203020100a305a10302010ea40a04084142434445464748' +
  '88020780890760857405080205aa12801070389cce67b359ac56ab552a158a4522be230421281f300000000016' +
  '584d6f2bf43753196dda5081772032c147d3dfa1e4c911852d';

test('the first counter under a new key may be 0, and is believed once', () => {
  const security = createSecurity({
    ...{ crypto: nodeCrypto, title: Uint8Array.fromHex('4D4D4D0000000001'), suite: 0 },
    keys: {
      encryptionKey: Uint8Array.fromHex('000102030405060708090A0B0C0D0E0F'),
      authenticationKey: Uint8Array.fromHex('D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF'),
      keyEncryptionKey: new Uint8Array(16),
    },
    counters: newCounters,
  });
  const answered = () => {
    const client = createDlmsClient({
      ...{ clientSap: 1, serverSap: 1, transport: { kind: 'wrapper' } },
      authentication: { mechanism: 'gmac' },
      security: {
        ...{ context: security, protection: 'authenticatedEncrypted' },
        ...{ general: false, dedicated: false },
      },
      ...{ crypto: nodeCrypto, random: createRandom(1).bytes },
    });
    client.open();
    const { events, bytesToSend } = client.feed(Uint8Array.fromHex(counterZero));
    return { refused: events.some(({ kind }) => kind === 'refused'), bytesToSend };
  };
  const first = answered();
  assert.equal(first.refused, false);
  assert.equal(first.bytesToSend[8], 0xcb, 'the proof, ciphered');
  assert.equal(answered().refused, true, 'played back');
});

test('a dedicated key is used when the association stands: the proof is under the global one', () => {
  const setup = { mechanism: 'gmac', protection: 'authenticatedEncrypted' } as const;
  for (const [general, proof, later] of [
    [false, 0xcb, 0xd0],
    [true, 0xdb, 0xdc],
  ] as const) {
    const random = createRandom(2);
    const meter = testMeter();
    const client = clientOf(
      { ...setup, sap: 1, transport: 'wrapper', dedicated: true, general },
      random,
    );
    const server = serverOf(meter, 'wrapper', random);
    const accepted = client.feed(server.feed(client.open().bytesToSend).bytesToSend);
    assert.equal(accepted.bytesToSend[8], proof);
    const opened = client.feed(server.feed(accepted.bytesToSend).bytesToSend);
    assert.ok(opened.events.some(({ kind }) => kind === 'opened'));
    const attribute = { classId: 8, logicalName: '0.0.1.0.0.255', attribute: 2, selection: null };
    const asked = client.request({ kind: 'get', attribute });
    assert.equal(asked.bytesToSend[8], later);
    const answer = client.feed(server.feed(asked.bytesToSend).bytesToSend);
    assert.ok(answer.events.some(({ kind }) => kind === 'answer'));
  }
});

/** Pushes of the same three values as another sender makes them; its keys are those above. */
const pushes = {
  ciphered:
    '0001000100010040db084142434445464748353000000007504d4e6c2f69941b19ab4df04eb62be0fbc50fa3' +
    '15ef8574ecc3ae0cd285a00140b6778fb6733679b515ae2b3c73bc42',
  cipheredWithTime:
    '000100010001004cdb084142434445464748413000000007504d4e6c2f6591f21faee2ab1a861bd0cacc01a7' +
    'f5e4d7dcb4f39e3ce38cac00aaa8a3344d4ab374f67a5ef7f668a915a275e378c636d96b59054343',
  authenticated:
    '0001000100010040db0841424344454647483510000000070fc00000010002030a0750575430303031090c07' +
    'ea0c02ff0c000000000000060012d6448b88aa57cb38ce1dcf3bbc0c',
  suite1:
    '0001000100010040db084142434445464748353100000007504d4e6c2f69941b19ab4df04eb62be0fbc50fa3' +
    '15ef8574ecc3ae0cd285a00140b6778f6e0d6e8221b7d601cf5c3cb3',
  clear: '00010001000100240fc00000010002030a0750575430303031090c07ea0c02ff0c000000000000060012d644',
};

test('pushes of another maker are taken as they are protected, once, and acknowledged in kind', () => {
  const listen = (suite: 0 | 1) => {
    const security = createSecurity({
      ...{ crypto: nodeCrypto, title: Uint8Array.fromHex('5057540000000001'), suite },
      keys: {
        encryptionKey: Uint8Array.fromHex('000102030405060708090A0B0C0D0E0F'),
        authenticationKey: Uint8Array.fromHex('D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF'),
        keyEncryptionKey: new Uint8Array(16),
      },
      counters: newCounters,
    });
    return createPushListener({ securityOf: () => security, least: 'authenticatedEncrypted' });
  };
  const hear = (name: keyof typeof pushes, suite: 0 | 1 = 0) => {
    const listener = listen(suite);
    const bytes = Uint8Array.fromHex(pushes[name]);
    const pushed = listener.feed(bytes).find(({ kind }) => kind === 'pushed');
    if (pushed?.kind !== 'pushed') return null;
    assert.deepEqual(listener.feed(bytes), [{ kind: 'refused', why: 'replay' }]);
    return { ...pushed.pushed, confirm: listener.confirm(pushed.pushed).toHex() };
  };
  for (const [name, suite] of [
    ...[['ciphered', 0] as const, ['cipheredWithTime', 0] as const, ['suite1', 1] as const],
  ]) {
    const heard = hear(name, suite) ?? assert.fail(name);
    assert.equal(heard.title?.toHex(), '4142434445464748');
    const body = heard.notification.kind === 'dataNotification' ? heard.notification.body : null;
    assert.ok(body?.type === 'structure', name);
    assert.deepEqual(body.items[2], { type: 'doubleLongUnsigned', value: 1_234_500 });
    assert.match(heard.confirm, suite === 1 ? /^.{16}db.{20}31/ : /^.{16}db.{20}30/);
  }
  assert.equal(hear('authenticated'), null);
  assert.equal(hear('clear'), null);
});

/** A meter of another maker that proves itself by ECDSA: its challenge, and what it signed. */
const signed = {
  ourChallenge: '42eecda97b578be073e4161832e08b6da0a400c0fb1da8cbb91d3ff6fb1a80a3',
  publicKey:
    '190ae77630eb12fa923808a372999faf7670ea71b70fc7cc6d70d82abea7dc324bdbf032b1f2503413c0' +
    '5294dbb9d1758d5dd347fb463ada0132ad8a475c4901',
  challenge:
    '000100010017006b6169a109060760857405080101a203020100a305a10302010ea40a04084752580000' +
    '00000188020780890760857405080207aa2580233c161b6059705f49722b567313757573377032432144' +
    '22572e7020571848645c4a5166be10040e0800065f1f0400401e1d04000007',
  answer:
    '0001000100170048c701c10001000940ff596eee04192d6bffe7786a819105094fa8711a5c1a358a729b' +
    '4e0ceba33d032ccddbf867b66ebe05f31cc3a327b94a280585e718b354d4b6315caa7c59f180',
};

test('a meter of another maker that signs its proof is believed, and a changed proof is not', () => {
  const open = (answer: Uint8Array) => {
    const context = createSecurity({
      ...{ crypto: nodeCrypto, title: Uint8Array.fromHex('4D4D4D0000000001'), suite: 1 },
      keys: {
        ...{ encryptionKey: new Uint8Array(16), authenticationKey: new Uint8Array(16) },
        keyEncryptionKey: new Uint8Array(16),
      },
      counters: newCounters,
    });
    const client = createDlmsClient({
      ...{ clientSap: 23, serverSap: 1, transport: { kind: 'wrapper' }, crypto: nodeCrypto },
      authentication: {
        ...{ mechanism: 'ecdsa', privateKey: new Uint8Array(32).fill(7) },
        publicKey: Uint8Array.fromHex(signed.publicKey),
      },
      security: { context, protection: 'none', general: false, dedicated: false },
      random: () => Uint8Array.fromHex(signed.ourChallenge),
    });
    client.open();
    client.feed(Uint8Array.fromHex(signed.challenge));
    return client.feed(answer).events.map(({ kind }) => kind);
  };
  const answer = Uint8Array.fromHex(signed.answer);
  assert.ok(open(answer).includes('opened'), open(answer).join());
  const changed = Uint8Array.from(answer);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  assert.ok(!open(changed).includes('opened'));
});
