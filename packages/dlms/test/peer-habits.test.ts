// What meters of others do that the standard allows, each as it was seen on the wire.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@prewatt/quantities/fuzzing';
import { nodeCrypto } from '../node/crypto.ts';
import { createDlmsClient, createSecurity, newCounters } from '../src/index.ts';
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
