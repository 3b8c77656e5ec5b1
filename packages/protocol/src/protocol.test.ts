import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyWh, powerW } from '@prewatt/quantities';
import { Encoder } from 'cbor-x';
import fc from 'fast-check';
import {
  type DownMessage,
  decodeDown,
  decodeUp,
  encodeDown,
  encodeUp,
  maximumPayloadBytes,
  maximumProfileEntries,
  meterPanOfUpTopic,
  type UpMessage,
  upTopic,
} from './index.ts';

const atMs = Date.UTC(2026, 10, 24);
const commandId = 'command_01900000-0000-7000-8000-000000000000';
const ups: UpMessage[] = [
  {
    kind: 'state',
    state: {
      capturedAtMs: atMs,
      availableEnergyWh: energyWh(12_345n),
      powerW: powerW(810),
      importEnergyWh: energyWh(9_000_000_000n),
      creditedEnergyWh: energyWh(9_000_012_345n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0),
    },
  },
  { kind: 'profile', sequence: 7, entries: [{ endsAtMs: atMs, importEnergyWh: energyWh(5) }] },
  {
    kind: 'events',
    sequence: 8,
    events: [
      { sequence: 1, atMs, code: 'creditLow', availableEnergyWh: energyWh(2_950) },
      {
        sequence: 2,
        atMs,
        code: 'token',
        origin: 'keypad',
        lastFour: '0042',
        outcome: { result: 'refused', refusal: 'used', tid: 6_000_000 },
      },
    ],
  },
  {
    kind: 'commandResult',
    sequence: 9,
    commandId,
    completedAtMs: atMs,
    result: {
      kind: 'deliverToken',
      outcome: { result: 'accepted', effect: 'credit', tid: 1, creditedEnergyWh: energyWh(100) },
    },
  },
];
const downs: DownMessage[] = [
  { kind: 'acknowledge', sequence: 3 },
  {
    kind: 'command',
    commandId,
    expiresAtMs: atMs,
    action: { kind: 'deliverToken', token: '01234567890123456789' },
  },
];

test('every message reads back as itself', () => {
  for (const message of ups)
    assert.deepEqual(decodeUp(encodeUp(message)), { ok: true, value: message });
  for (const message of downs) {
    assert.deepEqual(decodeDown(encodeDown(message)), { ok: true, value: message });
  }
});

test('a full load profile fits into one payload', () => {
  const entries = Array.from({ length: maximumProfileEntries }, (_, i) => ({
    endsAtMs: atMs + i * 1_800_000,
    importEnergyWh: energyWh(10n ** 12n + BigInt(i)),
  }));
  const payload = encodeUp({ kind: 'profile', sequence: 1, entries });
  assert.ok(payload.length <= maximumPayloadBytes, `${payload.length} bytes`);
  assert.ok(decodeUp(payload).ok);
});

test('an unknown field, a wrong type or an impossible instant is refused with its place', () => {
  const encoder = new Encoder({ useRecords: false });
  const cases: [unknown, string][] = [
    [{ kind: 'state', state: { ...(ups[0] as { state: object }).state, extra: 1 } }, 'state'],
    [
      { kind: 'profile', sequence: 7, entries: [{ endsAtMs: 5, importEnergyWh: 5 }] },
      'entries.0.endsAtMs',
    ],
    [{ kind: 'profile', sequence: -1, entries: [] }, 'sequence'],
    [{ kind: 'nonsense' }, 'kind'],
    [42, ''],
  ];
  for (const [value, at] of cases) {
    const result = decodeUp(encoder.encode(value));
    assert.deepEqual(result, { ok: false, error: { code: 'not-a-message', at } });
  }
});

test('no bytes of a stranger make the decoder throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(typeof decodeUp(bytes).ok, 'boolean');
      assert.equal(typeof decodeDown(bytes).ok, 'boolean');
    }),
    { numRuns: 3000 },
  );
  const valid = encodeUp(ups[0] as UpMessage);
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const altered = Uint8Array.from(valid);
      altered[at] = byte;
      assert.equal(typeof decodeUp(altered).ok, 'boolean');
    }),
    { numRuns: 3000 },
  );
  assert.deepEqual(decodeUp(new Uint8Array(maximumPayloadBytes + 1)), {
    ok: false,
    error: { code: 'too-large' },
  });
});

test('a topic names exactly one meter', () => {
  const pan = '600727000000000009';
  assert.equal(meterPanOfUpTopic(upTopic(pan)), pan);
  assert.equal(meterPanOfUpTopic('prewatt/1/meters/+/up'), null);
  assert.equal(meterPanOfUpTopic(`prewatt/1/meters/${pan}/down`), null);
});
