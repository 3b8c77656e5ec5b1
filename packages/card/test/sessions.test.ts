// How a reader speaks to cards: a memory card with its code, a CPU card with its key; what a copy,
// a stranger and a line that loses bytes can do.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cpuKeyOf,
  createVirtualCpuCard,
  createVirtualMemoryCard,
  issueMemoryCard,
  newCard,
  openCpuCard,
  readCpuHeader,
  readHeader,
  readMemoryCard,
  readPurchase,
  withCheckDigit,
  writeMemoryCard,
  writePurchase,
} from '../src/index.ts';

const key = new Uint8Array(32).fill(7);
const meterPan = '600727000000000009';
const cardNumber = withCheckDigit('100000000000001');
const blank = newCard({ kind: 'user', cardNumber });
const purchase = { count: 1, meterPan, tokens: ['12345678901234567890'] };
const random = (length: number) => new Uint8Array(randomBytes(length));

const readerOf = (card: { answer: (command: Uint8Array) => Uint8Array }) => ({
  transmit: async (command: Uint8Array) => card.answer(command),
});

async function issued() {
  const card = createVirtualMemoryCard();
  const { transmit } = readerOf(card);
  assert.deepEqual(await issueMemoryCard(transmit, blank), { ok: true, value: null });
  card.reset();
  return { card, transmit };
}

test('a maker’s card becomes ours, takes a purchase, and is read by the meter', async () => {
  const { card, transmit } = await issued();
  const read = await readMemoryCard(transmit);
  assert.ok(read.ok);
  assert.deepEqual(readHeader(read.value), { ok: true, value: { kind: 'user', cardNumber } });
  const after = writePurchase(read.value, purchase, key);
  assert.deepEqual(await writeMemoryCard(transmit, { before: read.value, after }), {
    ok: true,
    value: null,
  });
  assert.deepEqual(readPurchase(card.image(), { meterPan, key }), { ok: true, value: purchase });
});

test('an issued card is not issued again, and three wrong codes lock it', async () => {
  const { transmit } = await issued();
  for (const triesLeft of [2, 1, 0, 0]) {
    assert.deepEqual(await issueMemoryCard(transmit, blank), {
      ok: false,
      error: { code: 'codeRefused', triesLeft },
    });
  }
});

test('a card that is taken out while it is written is said to be not written', async () => {
  const { card, transmit } = await issued();
  const before = card.image();
  let writes = 0;
  const losing = async (command: Uint8Array) => {
    writes += command[1] === 0xd0 ? 1 : 0;
    return writes === 2 ? Uint8Array.of(0x6f, 0x00) : transmit(command);
  };
  const after = writePurchase(before, purchase, key);
  const written = await writeMemoryCard(losing, { before, after });
  assert.deepEqual(written, { ok: false, error: { code: 'notWritten' } });
});

const cpuCard = (of = cpuKeyOf(key, cardNumber)) =>
  createVirtualCpuCard({ image: blank, key: of, randomBytes: random });

test('a CPU card and who knows its key prove it to each other, then read and write', async () => {
  const card = cpuCard();
  const { transmit } = readerOf(card);
  const header = await readCpuHeader(transmit);
  assert.ok(header.ok);
  const session = await openCpuCard(transmit, {
    key: cpuKeyOf(key, cardNumber),
    challenge: random(8),
  });
  assert.ok(session.ok);
  assert.deepEqual(session.value.image, blank);
  const after = writePurchase(session.value.image, purchase, key);
  assert.deepEqual(await session.value.write(after), { ok: true, value: null });
  assert.deepEqual(readPurchase(card.image(), { meterPan, key }), { ok: true, value: purchase });
});

test('a copy of a CPU card is found out, and a stranger is refused', async () => {
  const copy = cpuCard(new Uint8Array(16));
  const challenge = random(8);
  await readCpuHeader(readerOf(copy).transmit);
  assert.deepEqual(
    await openCpuCard(readerOf(copy).transmit, { key: cpuKeyOf(key, cardNumber), challenge }),
    { ok: false, error: 'cardUnproved' },
  );
  const card = cpuCard();
  const { transmit } = readerOf(card);
  await readCpuHeader(transmit);
  const whole = Uint8Array.of(0, 0xb0, 0, 0, 0);
  assert.deepEqual([...(await transmit(whole))], [0x69, 0x82]);
});

test('a command that is sent twice, or changed, ends the session of a CPU card', async () => {
  for (const spoil of ['repeat', 'change'] as const) {
    const card = cpuCard();
    const { transmit } = readerOf(card);
    await readCpuHeader(transmit);
    const meddling = async (command: Uint8Array) => {
      if (command[1] !== 0xd6) return transmit(command);
      if (spoil === 'repeat') await transmit(command);
      const sent = Uint8Array.from(command);
      if (spoil === 'change') sent[6] = (sent[6] ?? 0) ^ 1;
      return transmit(sent);
    };
    const session = await openCpuCard(meddling, {
      key: cpuKeyOf(key, cardNumber),
      challenge: random(8),
    });
    assert.ok(session.ok);
    const after = writePurchase(session.value.image, purchase, key);
    assert.deepEqual(await session.value.write(after), { ok: false, error: 'refused' });
  }
});

test('an answer that was changed on its way is not believed', async () => {
  const card = cpuCard();
  const { transmit } = readerOf(card);
  await readCpuHeader(transmit);
  const meddling = async (command: Uint8Array) => {
    const answer = await transmit(command);
    if (command[0] === 0x84 && command[1] === 0xb0) answer[0] = (answer[0] ?? 0) ^ 1;
    return answer;
  };
  const session = await openCpuCard(meddling, {
    key: cpuKeyOf(key, cardNumber),
    challenge: random(8),
  });
  assert.deepEqual(session, { ok: false, error: 'broken' });
});

test('cards and sessions answer any bytes', async () => {
  const memory = createVirtualMemoryCard({ image: blank });
  const cpu = cpuCard();
  await readCpuHeader(readerOf(cpu).transmit);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.ok(memory.answer(bytes).length >= 2);
      assert.ok(cpu.answer(bytes).length >= 2);
    }),
    { numRuns: 2_000 },
  );
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.uint8Array({ maxLength: 260 })), async (answers) => {
      const transmit = async () => answers.next().value as Uint8Array;
      assert.equal((await readMemoryCard(transmit)).ok, false);
      assert.equal((await readCpuHeader(transmit)).ok, false);
      const opened = await openCpuCard(transmit, {
        key: key.subarray(0, 16),
        challenge: random(8),
      });
      assert.equal(opened.ok, false);
    }),
    { numRuns: 500 },
  );
});
