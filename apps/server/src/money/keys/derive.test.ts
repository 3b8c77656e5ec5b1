// Decoder keys that a token derives: what is asked of it, what is kept and how long, and what is
// said while it is away. The token here answers as PKCS#11 tokens do; SoftHSM itself is asked by
// `npm run peers -- hsm`.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { err, expectOk, ok } from '@prewatt/quantities';
import { decoderKeyBytes, deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import type { Hardware, HmacJob } from '../../base/hardware/index.ts';
import { seal } from '../../base/seal.ts';
import { createDeriver, type KeyedMeter, type VendingKeyRow } from './derive.ts';
import { openRow, settle } from './homes.ts';

const masterKey = Buffer.alloc(32, 7);
const bytes = Uint8Array.from({ length: 20 }, (_, i) => 9 * i + 1);
const utilityId = '018f3a5e-0000-7000-8000-000000000001';
const meter: KeyedMeter = {
  ...{ meterPan: '600727000000000009', encryptionAlgorithm: 'ea07', supplyGroupCode: '123456' },
  ...{ tariffIndex: '01', keyRevision: 1 },
};

function createToken(derivedMinutes: number) {
  const held = new Map<string, Uint8Array>();
  const asked: HmacJob[] = [];
  const state = { isAway: false };
  const away = err({ kind: 'away' as const, detail: 'pulled out' });
  const hardware: Hardware = {
    settings: {
      ...{ module: '/none', label: 'test', pinFile: '/none', newKeys: 'token' },
      ...{ derivedMinutes, answerSeconds: 5 },
    },
    hmac: async (jobs) => {
      if (state.isAway) return away;
      asked.push(...jobs);
      return ok(
        jobs.map(({ keyId, message }) => {
          const key = held.get(Buffer.from(keyId).toString('hex'));
          return key === undefined ? null : createHmac('sha256', key).update(message).digest();
        }),
      );
    },
    bringIn: async ({ keyId, key }) => {
      if (state.isAway) return away;
      held.set(Buffer.from(keyId).toString('hex'), Uint8Array.from(key));
      return ok(null);
    },
    destroy: async (keyId) => {
      held.delete(Buffer.from(keyId).toString('hex'));
      return ok(null);
    },
    state: async () =>
      state.isAway ? away : ok({ ...{ label: '', maker: '', model: '' }, keyIds: [] }),
    close: async () => {},
  };
  return { hardware, asked, held, state };
}

const newKey = {
  ...{ utilityId, supplyGroupCode: '123456', keyRevision: 1, dkga: 'dkga04' as const, bytes },
};
const rowOf = (sealed: Buffer, o: Partial<VendingKeyRow> = {}): VendingKeyRow => ({
  ...{ id: 'a', utility_id: utilityId, supply_group_code: '123456', key_revision: 1, key_type: 2 },
  ...{ key_expiry: 255, base_date: 14, dkga: 'dkga04', sealed, load_id: null, check_value: null },
  ...{ created_at: 0, entered: 0n, ...o },
});

test('a decoder key from the token is that of software, and is kept sealed for its time', async () => {
  const { hardware, asked } = createToken(15);
  let nowMs = 0;
  const deriver = createDeriver({ masterKey, hardware }, { nowMs: () => nowMs });
  const row = rowOf(expectOk(await settle({ masterKey, hardware }, newKey), 'settled'));
  asked.length = 0;
  const one = { row, meter };
  const want = expectOk(
    deriveDecoderKey(expectOk(vendingKeyFromBytes(bytes), 'key'), {
      ...{ dkga: 'dkga04', ea: 'ea07', keyType: 2, baseDate: 14 },
      ...{ meterPan: meter.meterPan, supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1 },
    }),
    'derived',
  );
  const derived = async () => expectOk((await deriver.derive([one, one]))(one), 'by the token');
  assert.deepEqual(decoderKeyBytes((await derived()).decoderKey), decoderKeyBytes(want));
  nowMs = 14 * 60_000;
  assert.deepEqual(decoderKeyBytes((await derived()).decoderKey), decoderKeyBytes(want));
  assert.equal(asked.length, 1, 'asked once, also for two of a batch');
  nowMs = 15 * 60_000;
  await derived();
  assert.equal(asked.length, 2, 'its time is over');
});

test('while the token is away nothing is derived, and what is missing in it is unusable', async () => {
  const { hardware, held, state } = createToken(0);
  const homes = { masterKey, hardware };
  const deriver = createDeriver(homes, { nowMs: () => 0 });
  const row = rowOf(expectOk(await settle(homes, newKey), 'settled'));
  const one = { row, meter };
  state.isAway = true;
  assert.deepEqual((await deriver.derive([one]))(one), err('keyStoreAway'));
  assert.deepEqual(await settle(homes, newKey), err('keyStoreAway'));
  const without = createDeriver({ masterKey }, { nowMs: () => 0 });
  assert.deepEqual((await without.derive([one]))(one), err('keyStoreAway'), 'no token is set');
  state.isAway = false;
  assert.ok((await deriver.derive([one]))(one).ok, 'it is back');
  held.clear();
  assert.deepEqual((await deriver.derive([one]))(one), err('vendingKeyUnusable'));
});

test('keys of DKGA02 stay in software, and a row of another tenant opens nothing', async () => {
  const { hardware, held } = createToken(0);
  const homes = { masterKey, hardware };
  const des = { ...newKey, dkga: 'dkga02' as const, bytes: Buffer.from('0123456789ABCDEF', 'hex') };
  const software = expectOk(await settle(homes, des), 'settled');
  assert.equal(held.size, 0);
  assert.equal(openRow(masterKey, rowOf(software))?.home, 'software');
  const sealed = expectOk(await settle(homes, newKey), 'settled');
  assert.equal(openRow(masterKey, rowOf(sealed))?.home, 'token');
  assert.ok(!sealed.includes(Buffer.from(bytes)));
  const other = rowOf(sealed, { utility_id: '018f3a5e-0000-7000-8000-000000000002' });
  assert.equal(openRow(masterKey, other), null);
});

test('a row that moved to the token while the server runs is opened anew', async () => {
  const { hardware, asked } = createToken(0);
  const homes = { masterKey, hardware };
  const deriver = createDeriver(homes, { nowMs: () => 0 });
  const before = { row: rowOf(seal(masterKey, utilityId, bytes)), meter };
  const bySoftware = expectOk((await deriver.derive([before]))(before), 'by software');
  const after = { row: rowOf(expectOk(await settle(homes, newKey), 'settled')), meter };
  asked.length = 0;
  const byToken = expectOk((await deriver.derive([after]))(after), 'by the token');
  assert.deepEqual(decoderKeyBytes(byToken.decoderKey), decoderKeyBytes(bySoftware.decoderKey));
  assert.equal(asked.length, 1);
});
