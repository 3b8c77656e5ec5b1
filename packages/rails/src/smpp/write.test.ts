// What goes out is what comes in again: alphabets, parts, PDUs, and streams in any pieces.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createPduFramer,
  decodeMessage,
  fittedToGsm,
  gatherParts,
  type PartsState,
  readDeliverSm,
  readSubmitSm,
  segmentText,
  smpp,
  splitText,
  writeDeliverSm,
  writePdu,
  writeSubmitSm,
} from './index.ts';

const address = { ton: 1, npi: 1, address: '254722000101' };
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }),
  fc.string({ unit: fc.constantFrom(...'abc €{}[]~é1234 '), minLength: 1, maxLength: 700 }),
);
const withoutEscape = texts.map((text) => text.replaceAll('\u001b', ''));

test('a text that is split and sent comes out as it was, in as many parts as were counted', () => {
  fc.assert(
    fc.property(withoutEscape, fc.nat(), (text, reference) => {
      const parts = splitText(text, reference);
      assert.equal(parts.length, segmentText(text).segments);
      let state: PartsState = new Map();
      let whole: string | null = null;
      for (const part of parts.toReversed()) {
        const body = writeDeliverSm({ source: address, destination: address, ...part });
        const pdu = writePdu({ commandId: smpp.deliverSm, sequence: 1, body });
        const sms = readDeliverSm(pdu);
        assert.ok(sms.ok);
        const next = gatherParts(state, sms.value);
        state = next.state;
        if (next.gathered.whole) whole = next.gathered.text;
      }
      assert.equal(whole, text);
    }),
    { numRuns: 200 },
  );
});

test('a token with typographic quotes stays in one part once it is fitted', () => {
  const text = `Your token for “Flat 1”: 1234 5678 9012 3456 7890 — ${'x'.repeat(80)}`;
  assert.equal(splitText(text, 1).length, 2);
  assert.equal(splitText(fittedToGsm(text), 1).length, 1);
});

test('accents that a short message lacks go where that suffices, and stay where it does not', () => {
  const french = '{Énergie} : reçu, prêt, œuvre « à l’heure » … 10\u202f€';
  assert.equal(fittedToGsm(french), `{Énergie} : recu, pret, oeuvre " à l'heure " ... 10 €`);
  assert.equal(segmentText(fittedToGsm('São João, não há água')).encoding, 'gsm7');
  const mixed = 'O contador de São João: حي';
  assert.equal(fittedToGsm(mixed), mixed);
});

test('submit_sm is read as it was written', () => {
  const [part] = splitText('BAL 04229889888', 7);
  assert.ok(part);
  const source = { ton: 5, npi: 0, address: 'PREWATT' };
  const body = writeSubmitSm({ source, destination: address, ...part, wantsReceipt: true });
  const read = readSubmitSm(body);
  assert.ok(read.ok);
  assert.deepEqual(read.value.source, source);
  assert.equal(read.value.wantsReceipt, true);
  assert.equal(decodeMessage(read.value.octets, read.value.dataCoding), 'BAL 04229889888');
  assert.deepEqual(readSubmitSm(body.subarray(0, 20)), { ok: false, error: 'truncated' });
});

test('a stream gives the same PDUs in whatever pieces it comes, and a wrong length ends it', () => {
  const stream = new Uint8Array(
    [1, 2, 3].flatMap((sequence) => [...writePdu({ commandId: smpp.enquireLink, sequence })]),
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
      const frame = createPduFramer();
      const seen: number[] = [];
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const size = sizes[i % sizes.length] ?? 1;
        const framed = frame(stream.subarray(at, at + size));
        assert.ok(framed.kind === 'pdus');
        seen.push(...framed.pdus.map(({ sequence }) => sequence));
        at += size;
      }
      assert.deepEqual(seen, [1, 2, 3]);
    }),
    { numRuns: 50 },
  );
  assert.equal(
    createPduFramer()(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')).kind,
    'broken',
  );
});
