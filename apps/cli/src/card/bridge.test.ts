// The bridge between a shop's page and its reader: for one page, with a code; a card pulled out at
// any command ends whole at the next try.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  cardPurpose,
  cpuKeyOf,
  createVirtualCpuCard,
  createVirtualMemoryCard,
  newCard,
  proveCard,
  pscOf,
  readPurchase,
  withCheckDigit,
  writePurchase,
} from '@prewatt/card';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import type { CommandContext } from '../command.ts';
import { run } from '../main.ts';
import { bridgeWords, serveBridge } from './bridge.ts';
import { createFakePcscd, type FakePcscd } from './fake-pcscd-for-tests.ts';
import { openPcscd } from './pcscd.ts';

const origin = 'https://power.example';
const code = '0123456789abcdef01234567';
const cardNumber = withCheckDigit('900000000000007');
const meterPan = '600727000000000009';
const decoderKey = decoderKeyFromBytes(Uint8Array.fromHex('0123456789ABCDEF'));
assert.ok(decoderKey.ok);
const key = purposeKey(decoderKey.value, cardPurpose);
const blank = newCard({ kind: 'user', cardNumber });
const tokens = ['70630503470028726114', '12345678901234567890'];
const loaded = writePurchase(blank, { count: 1, meterPan, tokens }, key);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

let pcscd: FakePcscd;
let bridge: Awaited<ReturnType<typeof serveBridge>>;
let nowMs = 0;

before(async () => {
  pcscd = await createFakePcscd();
  bridge = await serveBridge({
    ...{ origin, code, port: 0, nowMs: () => nowMs },
    open: () => openPcscd(pcscd.path),
    randomBytes: (length) => new Uint8Array(length).fill(9),
  });
});
after(async () => {
  await bridge.close();
  await pcscd.close();
});

const send = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${bridge.port}${path}`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${code}`, ...headers },
    body: JSON.stringify(body),
  });
async function ask(path: string, body: object = {}) {
  const answer = await send(path, body);
  return { status: answer.status, said: (await answer.json()) as Record<string, string> };
}
const memoryCard = (image: Uint8Array) =>
  createVirtualMemoryCard({ image, psc: pscOf(cardNumber) });

test('another page, or one without the code, is refused before the reader is asked', async () => {
  pcscd.put(memoryCard(blank));
  assert.equal((await send('/read', {}, { origin: 'https://other.example' })).status, 403);
  assert.equal((await send('/read', {}, { authorization: 'Bearer no' })).status, 401);
  assert.equal((await send('/elsewhere')).status, 404);
  const { port } = bridge;
  const asked = await fetch(`http://localhost:${port}/read`, { method: 'GET', headers: { origin } })
    .then((answer) => answer.status)
    .catch(() => 405);
  assert.equal(asked, 405);
  const ahead = await fetch(`http://127.0.0.1:${port}/read`, {
    method: 'OPTIONS',
    headers: { origin },
  });
  assert.equal(ahead.headers.get('access-control-allow-origin'), origin);
  assert.equal(ahead.headers.get('access-control-allow-private-network'), 'true');
  assert.equal((await ask('/write', { image: 'zz' })).status, 400);
});

test('a memory card is read and written; pulled out at any command, it ends whole', async () => {
  const card = memoryCard(blank);
  pcscd.put(card);
  const read = await ask('/read');
  assert.deepEqual([read.said['cardNumber'], read.said['medium']], [cardNumber, 'memory']);
  assert.equal(read.said['image'], hex(blank));
  let pulled = 0;
  for (let at = 0; ; at += 1) {
    const torn = memoryCard(blank);
    pcscd.put(torn);
    assert.equal((await ask('/read')).status, 200);
    pcscd.pullOutAt(at);
    const written = await ask('/write', { image: hex(loaded) });
    if (written.status === 200) break;
    pulled += 1;
    assert.deepEqual([written.status, written.said['code']], [409, 'gone']);
    // Back on the reader, as it is: what the server says is written again.
    pcscd.put(torn);
    torn.reset();
    assert.equal((await ask('/read')).status, 200);
    assert.equal((await ask('/write', { image: hex(loaded) })).status, 200);
    const purchase = readPurchase(torn.image(), { meterPan, key });
    assert.deepEqual(purchase, { ok: true, value: { count: 1, meterPan, tokens } });
  }
  assert.ok(pulled > 2);
});

test('a CPU card opens with the keys of a session that a server gives', async () => {
  const own = cpuKeyOf(key, cardNumber);
  const randomBytes = (length: number) => new Uint8Array(length).fill(3);
  const card = createVirtualCpuCard({ image: blank, key: own, randomBytes });
  pcscd.put(card);
  const first = (await (await send('/read')).json()) as { prove: Record<string, string> };
  const part = (name: string) => Uint8Array.fromHex(first.prove[name] ?? '');
  assert.equal(first.prove['cardNumber'], cardNumber);
  const challenges = { host: part('hostChallenge'), card: part('cardChallenge') };
  const keys = proveCard(own, challenges, part('cardCryptogram'));
  assert.ok(keys !== null);
  const opened = await ask('/unlock', { macKey: hex(keys.macKey), answerKey: hex(keys.answerKey) });
  assert.deepEqual([opened.said['medium'], opened.said['image']], ['cpu', hex(blank)]);
  assert.equal((await ask('/write', { image: hex(loaded) })).status, 200);
  assert.deepEqual(card.image(), loaded);
  // The wrong keys, and a page that was away for too long.
  await send('/read');
  const zeros = hex(new Uint8Array(16));
  assert.equal((await ask('/unlock', { macKey: zeros, answerKey: zeros })).said['code'], 'refused');
  await send('/read');
  nowMs += 61_000;
  assert.equal((await ask('/unlock', { macKey: zeros, answerKey: zeros })).said['code'], 'noVisit');
});

test('a blank card becomes a card once; nothing on the reader is said in words', async () => {
  const maker = createVirtualMemoryCard();
  pcscd.put(maker);
  assert.equal((await ask('/read')).said['code'], 'blank');
  await ask('/leave');
  const make = async (number: string) => {
    let said = '';
    const context = {
      print: (text: string) => (said += text),
      printError: (text: string) => (said += text),
    };
    const line = ['card', 'make', number, '--socket', pcscd.path];
    return [await run(line, context as unknown as CommandContext), said] as const;
  };
  assert.equal((await make(cardNumber))[0], 0);
  assert.deepEqual(maker.image(), blank);
  assert.equal((await make(cardNumber))[0], 0, 'it is this card already');
  const [ended, said] = await make(withCheckDigit('900000000000008'));
  assert.deepEqual([ended, said.includes(bridgeWords.codeRefused)], [1, true]);
  assert.equal((await make('1234'))[0], 2);
  pcscd.put(null);
  const none = await ask('/read');
  assert.deepEqual([none.said['code'], none.said['detail']], ['noCard', bridgeWords.noCard]);
  await assert.rejects(openPcscd('/nowhere/pcscd.comm'), { fault: 'noService' });
});
