// The bind to a message centre: its window, throttling, lines that break, wrong passwords, long
// texts and alphabets.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  createGateways,
  type Heard,
  type MessageGateway,
} from '../src/messaging/gateways/index.ts';
import { createMessageCentre, type MessageCentre, textOf } from './message-centre.ts';

let centre: MessageCentre;
let gateway: MessageGateway;
let disconnect: () => Promise<void>;
let isKept = true;
const heard: Heard[] = [];

before(async () => {
  centre = await createMessageCentre();
  const [made] = createGateways(
    [
      {
        ...{ kind: 'smpp', name: 'smpp', host: '127.0.0.1', port: centre.port, tls: false },
        ...{ systemId: 'prewatt', password: 'made up', systemType: '', source: '22345' },
        ...{ window: 3, defaultAlphabet: 'gsm7' },
      },
    ],
    {
      ...{ fetch, publicUrl: 'https://prewatt.example', chance: () => 0.5 },
      timing: {
        ...{ answerMs: 2_000, roomMs: 2_000, backOffMs: [5, 20], throttleMs: [5, 20] },
        enquireMs: 50,
      },
    },
  );
  assert.ok(made?.connect);
  gateway = made;
  disconnect = made.connect(async (each) => {
    if (!isKept) throw new Error('the database is away');
    heard.push(each);
  });
});
beforeEach(() => {
  centre.taken.length = 0;
  centre.faults.length = 0;
  heard.length = 0;
});
after(async () => {
  await disconnect();
  await centre.close();
});

const send = (text: string, id = 'm') => gateway.send({ id, to: '+254722000101', text });

test('no more are unanswered at once than the window allows', async () => {
  centre.answerMs = 10;
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => send(`message ${i}`)));
  centre.answerMs = 0;
  assert.ok(all.every(({ kind }) => kind === 'accepted'));
  assert.equal(centre.taken.length, 12);
  assert.equal(centre.mostAtOnce(), 3);
});

test('a throttled message waits and goes again, once', async () => {
  centre.faults.push(0x58, 0x14, 0x58);
  assert.equal((await send('throttled')).kind, 'accepted');
  assert.deepEqual(centre.taken.map(textOf), ['throttled']);
});

test('a line that breaks is dialled again; what was unanswered is unclear, what comes next is sent', async () => {
  const binds = centre.binds();
  centre.faults.push('hangUp');
  assert.equal((await send('lost')).kind, 'unknown');
  assert.equal((await send('after')).kind, 'accepted');
  assert.equal(centre.binds(), binds + 1);
});

test('a long text goes in parts of one reference, in the alphabet that it needs', async () => {
  const long = `Kwa nambari 04229889888: ${'tafadhali '.repeat(20)}`;
  await send(long);
  assert.equal(centre.taken.length, 2);
  assert.equal(centre.taken.map(textOf).join(''), long);
  assert.deepEqual(
    centre.taken.map(({ octets }) => [...octets.subarray(0, 3), ...octets.subarray(4, 6)]),
    [
      [5, 0, 3, 2, 1],
      [5, 0, 3, 2, 2],
    ],
  );
  assert.equal(centre.taken[0]?.octets[3], centre.taken[1]?.octets[3]);
  assert.deepEqual(
    centre.taken.map(({ wantsReceipt }) => wantsReceipt),
    [false, true],
  );
  await send('Токен: 1234 5678');
  const cyrillic = centre.taken.at(-1);
  assert.ok(cyrillic);
  assert.equal(cyrillic.dataCoding, 8);
  assert.equal(textOf(cyrillic), 'Токен: 1234 5678');
  assert.deepEqual(cyrillic.source, { ton: 3, npi: 0, address: '22345' });
});

test('a text that is broken off after its first part is unclear, not unsent', async () => {
  centre.faults.push(0, 0x08);
  assert.equal((await send('x'.repeat(200))).kind, 'unknown');
});

test('receipts name a message in any form of its id; a text is never taken for a receipt', async () => {
  const handed = await send('receipt');
  assert.ok(handed.kind === 'accepted');
  const id = centre.taken[0]?.id ?? '';
  const forms = [id, id.toUpperCase(), `0000${id}`, BigInt(`0x${id}`).toString()];
  for (const form of forms) {
    await centre.receipt(form, 'DELIVRD');
    const last = heard.at(-1);
    assert.ok(last?.kind === 'report', form);
    assert.ok(
      last.gatewayIds.some((each) => handed.gatewayIds.includes(each)),
      form,
    );
  }
  await centre.deliver({ from: '254722000101', text: `id:${id} stat:DELIVRD` });
  assert.equal(heard.at(-1)?.kind, 'text');
});

test('what cannot be kept is not acknowledged, and comes again', async () => {
  isKept = false;
  assert.deepEqual(await centre.deliver({ from: '254722000101', text: 'BAL' }), [0x64]);
  isKept = true;
  assert.deepEqual(await centre.deliver({ from: '254722000101', text: 'BAL' }), [0]);
  assert.equal(heard.length, 1);
});

test('a check says whether the bind is taken, and sends nothing', async () => {
  assert.deepEqual(await gateway.check(), { ok: true, value: 'it takes our bind' });
  centre.bindStatus = 0x0e;
  const refused = await gateway.check();
  centre.bindStatus = 0;
  assert.ok(!refused.ok);
  assert.match(refused.error, /look at systemId and password/);
  assert.equal(centre.taken.length, 0);
});
