// Vending keys in SoftHSM2, by PKCS#11: a sale from payment to token, then what goes wrong with a
// token: pulled out between two sales, a wrong PIN, no room.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readToken } from '@prewatt/sts/codec';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import {
  createHardware,
  type Hardware,
  type HardwareSettings,
} from '../../src/base/hardware/index.ts';
import { moveToToken } from '../../src/money/keys/move-to-token.ts';
import { createOnboarding } from '../../src/workflows/onboarding/index.ts';
import {
  createHarness,
  type Harness,
  meterDefaults,
  newTestUuid,
  succeeded,
  testVendingKey,
} from '../harness.ts';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const pin = '4321';
const supplyGroupCode = '654321';
const bytes = Uint8Array.from({ length: 20 }, (_, i) => 11 * i + 3);

/** pkcs11js is compiled when it is wanted: it is no part of an installation without a token. */
function buildLibrary(): void {
  try {
    createRequire(import.meta.url)('pkcs11js');
  } catch {
    const build = ['explore', 'pkcs11js', '--', 'npm', 'run-script', 'build'];
    const root = new URL('../../../..', import.meta.url);
    const built = spawnSync('npm', build, { cwd: root, encoding: 'utf8', timeout: 240_000 });
    assert.equal(built.status, 0, `npm ${build.join(' ')}: ${built.stderr}`);
  }
}

function createTokenFolder(): { readonly folder: string; readonly settings: HardwareSettings } {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-hsm-'));
  mkdirSync(join(folder, 'tokens'));
  const conf = join(folder, 'softhsm2.conf');
  const lines = [`directories.tokendir = ${folder}/tokens`, 'objectstore.backend = file'];
  writeFileSync(conf, [...lines, 'log.level = ERROR', ''].join('\n'));
  // The library reads it as it is loaded.
  process.env['SOFTHSM2_CONF'] = conf;
  const made = spawnSync('softhsm2-util', [
    ...['--init-token', '--free', '--label', 'prewatt'],
    ...['--so-pin', '87654321', '--pin', pin],
  ]);
  assert.equal(made.status, 0, String(made.stderr));
  writeFileSync(join(folder, 'pin'), `${pin}\n`, { mode: 0o600 });
  const times = { derivedMinutes: 0, answerSeconds: 5 };
  const pinFile = join(folder, 'pin');
  return {
    folder,
    settings: { module: library, label: 'prewatt', pinFile, newKeys: 'token', ...times },
  };
}

export async function hsmPeer(): Promise<string> {
  buildLibrary();
  const { folder, settings } = createTokenFolder();
  const hardware = createHardware(settings);
  const h = await createHarness({ hardware });
  try {
    await sells(h, folder);
    await movesIn(h, hardware);
  } finally {
    await h.close();
    await hardware.close();
  }
  await refusesPin(folder, settings);
  rmSync(folder, { recursive: true });
  return 'a sale, a token pulled out and back, a key moved in, a wrong PIN tried once';
}

async function buy(h: Harness, place: Harness['place'], reference: string): Promise<string> {
  const quote = await h.services.vending.makeQuote(place, 3_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const started = await h.services.payments.startPurchase(place, { quoteId, requestId: quoteId });
  assert.ok(started.ok);
  const checkout = started.value.checkoutUrl.split('/').at(-1) ?? '';
  const body = succeeded(checkout, 3_000n, reference);
  await h.services.payments.notification('sandbox', body, () => undefined);
  return started.value.saleId;
}

const rowsOf = (h: Harness, saleId: string) =>
  h.database.inUtility(h.utilityId, async (tx) => ({
    sale: await tx
      .selectFrom('sales')
      .select(['state', 'stuck_reason'])
      .where('id', '=', saleId)
      .executeTakeFirstOrThrow(),
    tokens: await tx.selectFrom('tokens').select('digits').where('sale_id', '=', saleId).execute(),
  }));

async function sells(h: Harness, folder: string): Promise<void> {
  const key = { ...testVendingKey, dkga: 'dkga04' as const, supplyGroupCode, bytes };
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.loadVendingKey(tx, h.utilityId, key),
  );
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('vending_keys').select('sealed').execute(),
  );
  assert.equal(rows.length, 2, 'one in the token, one of DKGA02 in software');
  const meter = { ...meterDefaults, supplyGroupCode };
  const place = await h.addConnection({ meter });
  const vendingKey = vendingKeyFromBytes(bytes);
  assert.ok(vendingKey.ok);
  const decoderKey = deriveDecoderKey(vendingKey.value, {
    ...{ dkga: 'dkga04', ea: 'ea07', meterPan: place.meterPan, supplyGroupCode },
    ...{ tariffIndex: '01', keyRevision: 1, keyType: 2, baseDate: 14 },
  });
  assert.ok(decoderKey.ok);
  const isRead = (digits: string | undefined) => readToken(decoderKey.value, digits ?? '').ok;

  const first = await rowsOf(h, await buy(h, place, 'H-1'));
  assert.equal(first.sale.state, 'issued');
  assert.ok(isRead(first.tokens[0]?.digits), 'the meter reads what the token derived the key for');

  renameSync(join(folder, 'tokens'), join(folder, 'pulled-out'));
  const second = await buy(h, place, 'H-2');
  const waiting = await rowsOf(h, second);
  assert.deepEqual(waiting.sale, { state: 'stuck', stuck_reason: 'keyStoreAway' });
  assert.equal(waiting.tokens.length, 0, 'nothing half-made');
  await h.services.vending.resumeForKeys(h.utilityId);
  assert.deepEqual((await rowsOf(h, second)).sale, waiting.sale, 'it waits on');
  const software = await rowsOf(h, await buy(h, h.place, 'H-3'));
  assert.equal(software.sale.state, 'issued', 'keys in software sell on');

  renameSync(join(folder, 'pulled-out'), join(folder, 'tokens'));
  await pause(1_100);
  await h.services.vending.resumeForKeys(h.utilityId);
  const resumed = await rowsOf(h, second);
  assert.equal(resumed.sale.state, 'issued', 'it goes on by itself');
  assert.ok(resumed.tokens.length === 1 && isRead(resumed.tokens[0]?.digits));
}

/** A key that was loaded into software before goes into the token while the server sells. */
async function movesIn(h: Harness, hardware: Hardware): Promise<void> {
  const software = createOnboarding({
    ...{ owner: h.owner, masterKey: Buffer.alloc(32, 7), newUuid: newTestUuid },
    nowMs: () => h.clock.nowMs,
  });
  const key = { ...testVendingKey, dkga: 'dkga04' as const, supplyGroupCode: '700001', bytes };
  await h.database.inUtility(h.utilityId, (tx) => software.loadVendingKey(tx, h.utilityId, key));
  const meter = { ...meterDefaults, supplyGroupCode: '700001' };
  const place = await h.addConnection({ meter });
  assert.equal((await rowsOf(h, await buy(h, place, 'H-4'))).sale.state, 'issued');
  const move = () =>
    moveToToken({
      ...{ url: h.ownerUrl, masterKey: Buffer.alloc(32, 7), hardware },
      ...{ nowMs: () => h.clock.nowMs, by: 'the peers' },
    });
  const one = '700001 revision 1';
  const rest = { software: ['123456 revision 1'], closed: [], stopped: null };
  assert.deepEqual(await move(), { moved: [one], before: ['654321 revision 1'], ...rest });
  assert.deepEqual((await move()).moved, [], 'harmless to repeat');
  const state = await hardware.state();
  assert.equal(state.ok && state.value.keyIds.length, 2);
  assert.equal((await rowsOf(h, await buy(h, place, 'H-5'))).sale.state, 'issued');
}

/** One try, however often it is asked: a third one may lock a real token. */
async function refusesPin(folder: string, settings: HardwareSettings): Promise<void> {
  writeFileSync(join(folder, 'pin'), '9999\n');
  const hardware = createHardware(settings);
  try {
    const state = await hardware.state();
    assert.ok(!state.ok && state.error.kind === 'pinRefused', JSON.stringify(state));
    await pause(1_100);
    const again = await hardware.state();
    assert.ok(!again.ok && /was refused; write/.test(again.error.detail), 'not tried again');
    assert.doesNotMatch(JSON.stringify([state, again]), /9999/);
    writeFileSync(join(folder, 'pin'), `${pin}\n`);
    await pause(1_100);
    assert.equal((await hardware.state()).ok, true, 'the right PIN is taken up without a restart');
  } finally {
    await hardware.close();
  }
}
