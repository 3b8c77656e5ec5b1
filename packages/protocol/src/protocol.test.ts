import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyWh, powerW } from '@prewatt/quantities';
import { Encoder } from 'cbor-x/decode';
import fc from 'fast-check';
import {
  brokerUrlsOf,
  type CommandAction,
  type CommandResult,
  commandRefusals,
  type DownMessage,
  decodeDown,
  decodeUp,
  encodeDown,
  encodeUp,
  firstBrokerOf,
  linkPayload,
  linkTopic,
  linkWordOf,
  type MeterEvent,
  maximumPayloadBytes,
  maximumProfileEntries,
  meterPanOfLinkTopic,
  meterPanOfUpTopic,
  standingLinkWord,
  type UpMessage,
  upTopic,
} from './index.ts';

const atMs = Date.UTC(2026, 10, 24);
const commandId = 'command_01900000-0000-7000-8000-000000000000';
const seen = { importEnergyWh: energyWh(77), powerW: powerW(5), exportEnergyWh: energyWh(0) };
const events: MeterEvent[] = [
  { code: 'creditVeryLow', availableEnergyWh: energyWh(1), availableMicroMinor: 5n },
  { code: 'creditExhausted' },
  { code: 'emergencySelected', leftEnergyWh: energyWh(5_000), leftMicroMinor: 7n },
  { code: 'loadSwitchOpened', cause: 'powerLimit' },
  { code: 'loadSwitchClosed', cause: 'delay' },
  { code: 'limitReached', limitW: powerW(2000), powerW: powerW(2300), trip: 1 },
  { code: 'limitCleared' },
  { code: 'powerRestored', outageMs: 5 },
  { code: 'terminalCoverOpened', evidence: seen },
  { code: 'magnetEnded', lastedMs: 100 },
  {
    code: 'bypassSuspected',
    sign: 'voltageBehindOpenSwitch',
    liveW: powerW(0),
    neutralW: null,
    importEnergyWh: energyWh(1),
  },
  { code: 'phaseLost', phase: 2, voltageV: 12 },
  { code: 'unbalance', limitW: powerW(10), phasesW: [powerW(1), powerW(2), powerW(30)] },
  { code: 'clockSet', beforeMs: atMs - 5 },
  { code: 'settingChanged', setting: 'tariff', origin: 'remote' },
  { code: 'settingChanged', setting: 'controlMode', origin: 'remote' },
].map((event, index) => ({ sequence: index + 1, atMs, ...event }) as MeterEvent);
const results: CommandResult[] = [
  { kind: 'switchArm', loadSwitch: 'readyForReconnection' },
  { kind: 'setTariff' },
  { kind: 'setControlMode' },
  { kind: 'setLights' },
  { kind: 'refused', reason: 'controlMode' },
  { kind: 'refused', reason: 'heldOpen' },
  {
    kind: 'setPaymentMode',
    handedOverEnergyWh: energyWh(12),
    handedOverMicroMinor: 0n,
    owedEnergyWh: energyWh(0),
    owedMicroMinor: 0n,
  },
  { kind: 'setClock', errorMs: -4_000 },
  ...commandRefusals.map((reason) => ({ kind: 'refused', reason }) as const),
];
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
  {
    kind: 'registers',
    sequence: 10,
    capturedAtMs: atMs,
    cause: 'billing',
    values: [
      { register: 'importEnergyWhL2', value: energyWh(7) },
      { register: 'importEnergyWhT1', value: energyWh(10n ** 12n) },
    ],
  },
  {
    kind: 'profile',
    sequence: 11,
    entries: [
      {
        endsAtMs: atMs,
        importEnergyWh: energyWh(5),
        exportEnergyWh: energyWh(1),
        flags: ['powerFailed'],
      },
    ],
  },
  {
    kind: 'state',
    state: {
      capturedAtMs: atMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(9),
      creditedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      owedEnergyWh: energyWh(0),
      exportEnergyWh: energyWh(3),
      account: {
        paymentMode: 'prepayment',
        creditUnit: 'money',
        creditInUse: 'emergency',
        veryLow: true,
        emergency: { status: 'inUse', leftEnergyWh: energyWh(4), usedEnergyWh: energyWh(1) },
        reservedEnergyWh: energyWh(0),
        openReasons: ['remote', 'tamper'],
        protectedUntilMs: null,
        powerLimitW: powerW(2500),
        powerLimitBy: 'softLanding',
        controlMode: 5,
        lowCreditThresholdWh: energyWh(3_000),
        veryLowCreditThresholdWh: energyWh(750),
        tamper: ['cover', 'magnet'],
      },
      money: {
        currency: { code: 'ZAR', scale: 2 },
        availableMicroMinor: 10n ** 16n,
        creditedMicroMinor: 5n,
        chargedMicroMinor: 4n,
        clearedMicroMinor: 0n,
        owedMicroMinor: 0n,
        tariff: { id: 'demo-domestic', version: 1 },
        perKwhMicroMinor: 215_340_000n,
        standingDueMicroMinor: 12n,
      },
      phases: [
        { powerW: powerW(0), voltageV: 231 },
        { powerW: powerW(-460), voltageV: 230, currentMilliA: -2_000 },
      ],
      firmware: '1.0',
    },
  },
  ...events.map(
    (event, index): UpMessage => ({
      kind: 'events',
      sequence: 20 + index,
      events: [event],
    }),
  ),
  ...results.map(
    (result, index): UpMessage => ({
      kind: 'commandResult',
      sequence: 60 + index,
      commandId,
      completedAtMs: atMs,
      result,
    }),
  ),
];
const action = (action: CommandAction): DownMessage => ({
  kind: 'command',
  commandId,
  expiresAtMs: atMs,
  action,
});
const downs: DownMessage[] = [
  { kind: 'acknowledge', sequence: 3 },
  { kind: 'cancel', commandId },
  action({ kind: 'switchOpen', cause: 'safety' }),
  action({ kind: 'switchClose' }),
  action({ kind: 'switchArm' }),
  action({ kind: 'setPowerLimit', limitW: null }),
  action({ kind: 'setPowerLimit', limitW: 2500, overForMs: 30_000, reconnectAfterMs: 60_000 }),
  action({ kind: 'setEmergencyCredit', presetEnergyWh: 5_000, automatic: false }),
  action({ kind: 'setProtection', rulesJson: '{"version":1}', vulnerable: true }),
  action({ kind: 'setTariff', documentJson: '{}', activatesAtMs: atMs, parameters: { a: 'b' } }),
  action({
    kind: 'setPaymentMode',
    paymentMode: 'prepayment',
    creditUnit: 'money',
    balance: 'keep',
    microMinorPerKwh: 225_000_000n,
  }),
  action({ kind: 'setControlMode', controlMode: 6 }),
  action({ kind: 'setControlMode', controlMode: null }),
  action({ kind: 'setLights', documentJson: '{}' }),
  action({ kind: 'setLights', documentJson: null }),
  action({ kind: 'setClock', atMs }),
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
  assert.equal(meterPanOfLinkTopic(linkTopic(pan)), pan);
  assert.equal(meterPanOfLinkTopic(upTopic(pan)), null);
});

test('a link says whether it is up, and which session of it says so', () => {
  const read = (text: string) => linkWordOf(new TextEncoder().encode(text));
  assert.deepEqual(read('online'), { state: 'online', session: null });
  assert.deepEqual(read(linkPayload('offline', 17)), { state: 'offline', session: 17 });
  assert.deepEqual(read(linkPayload('online', null)), { state: 'online', session: null });
  for (const strange of ['away', 'online ', 'online x', 'online 017', `online ${'9'.repeat(17)}`]) {
    assert.equal(read(strange), null, strange);
  }
});

test('of a link that moved, the later session stands in whatever order the words come', () => {
  const words = [
    { state: 'online', session: 1 },
    { state: 'offline', session: 1 },
    { state: 'online', session: 2 },
  ] as const;
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const [first, ...rest] = order.map((at) => words[at] ?? words[0]);
    assert.deepEqual(rest.reduce(standingLinkWord, first ?? words[0]), words[2]);
  }
  // The end of a session stands, also when it comes before its beginning.
  assert.equal(standingLinkWord(words[1], words[0]).state, 'offline');
  // Who numbers nothing is believed in the order of coming.
  const plain = { state: 'offline', session: null } as const;
  assert.equal(standingLinkWord(words[2], plain), plain);
});

test('brokers are a list of one kind, and meters begin at each of them alike often', () => {
  assert.deepEqual(brokerUrlsOf('mqtts://a.example:8883, mqtts://10.0.0.2'), [
    'mqtts://a.example:8883',
    'mqtts://10.0.0.2',
  ]);
  for (const bad of ['', 'http://a', 'mqtt://a,', 'mqtt://a,mqtts://b', 'mqtt://a,mqtt://a', 'a']) {
    assert.equal(brokerUrlsOf(bad), null, bad);
  }
  for (const count of [2, 3]) {
    const firsts = Array.from({ length: 3_000 }, (_, n) =>
      firstBrokerOf(`60072704${String(n).padStart(10, '0')}`, count),
    );
    for (let at = 0; at < count; at += 1) {
      const part = firsts.filter((first) => first === at).length;
      assert.ok(Math.abs(part - 3_000 / count) < 200, `${part} of 3000 at ${at} of ${count}`);
    }
  }
});
