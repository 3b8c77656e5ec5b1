// What changes under a sale that has begun: a meter exchange that ends while it waits goes on with
// the new meter, under its lock; a purchase that is paid later; a block.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../src/base/database.ts';
import { saleView } from '../src/edge/consumer/views.ts';
import { recordReadings } from '../src/metering/readings/index.ts';
import { loadConnectionsToSell, lockMetersToSell } from '../src/money/connections-to-sell/index.ts';
import {
  loadConnection,
  loadConnectionForUpdate,
  type MeterPlace,
} from '../src/registry/connections/index.ts';
import { exchangeMeter } from '../src/workflows/corrections/exchange.ts';
import { seedApproval } from './approval-seed.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  type People,
  salePath,
  saleRow,
  tokensOf,
} from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { startPurchase } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

let meters = 70_000;
const newMeter = () => {
  meters += 1;
  return {
    meterPan: meterPanOf(meters),
    encryptionAlgorithm: 'ea07' as const,
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    secretSha256: null,
  };
};
const reason = 'The display of the old meter is broken.';
const nothingLeft = { from: 'stated', energyWh: '0', creditedWh: null } as const;
type Home = MeterPlace & { readonly meterPan: string };

/** Asked by one and allowed by another operator. Gives the new meter's number. */
async function exchangeByRoute(
  { connectionId, meterPan: oldMeterPan }: Home,
  balance: object = nothingLeft,
): Promise<string> {
  const meter = newMeter();
  const path = `/api/operator/connections/${idFromUuid('connection', connectionId)}/meter-exchange`;
  const requestId = `exchange-${meter.meterPan}`;
  const body = { requestId, reason, oldMeterPan, meter, balance };
  const { approval } = await askAndAllow(people, path, body);
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  return meter.meterPan;
}

/**
 * Exchanges the meter and does not commit before `work`, in a transaction of its own, waits for it.
 * Then `check` is asked, while the locks of `work` are held.
 */
async function whileExchanged<T>(
  home: Home,
  work: (tx: Tx) => Promise<T>,
  check: (got: T, newMeterId: string) => Promise<void>,
): Promise<void> {
  const meter = newMeter();
  const asked = { connectionId: home.connectionId, oldMeterPan: home.meterPan, meter, reason };
  const { requestedBy, approvedBy, approvalId } = await seedApproval(h, {
    ...{ kind: 'meterExchange', reason },
    payload: { ...asked, requestId: newTestUuid(), balance: nothingLeft },
  });
  const deps = { ...h.services, recordReadings, newUuid: newTestUuid, nowMs: () => h.clock.nowMs };
  let waiting: Promise<void> | undefined;
  let newMeterId = '';
  await h.database.inUtility(h.utilityId, async (tx) => {
    const done = await exchangeMeter(tx, deps, {
      place: home,
      askedAtMs: h.clock.nowMs,
      oldMeterPan: home.meterPan,
      meter,
      balance: nothingLeft,
      reason,
      requestedBy: { operatorId: requestedBy, name: 'Asker' },
      approvedBy: { operatorId: approvedBy },
      approvalId,
    });
    assert.ok(done.ok, inspect(done));
    newMeterId = done.value.newMeterId;
    waiting = h.database.inUtility(h.utilityId, async (other) =>
      check(await work(other), newMeterId),
    );
    waiting.catch(() => {});
    await someoneWaits();
  });
  await waiting;
}

async function someoneWaits(): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    const { rows } = await sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND datname = current_database()`.execute(h.owner.directories);
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('nobody waited for the exchange');
}

async function isLocked(home: Home, meterId: string): Promise<boolean> {
  const { rows } = await sql`SELECT FROM prewatt.meters WHERE bucket = ${home.bucket}
    AND id = ${meterId} FOR NO KEY UPDATE SKIP LOCKED`.execute(h.owner.directories);
  return rows.length === 0;
}

test('a sale that waited for an exchange has the new meter, and its lock', async () => {
  const home = await h.addConnection();
  const other = await h.addConnection();
  const places = [other, home];
  await whileExchanged(
    home,
    (tx) => loadConnectionsToSell(tx, places, { lock: true }),
    async (got, newMeterId) => {
      assert.equal(got.get(home.connectionId)?.meter.meterId, newMeterId);
      assert.ok(await isLocked(home, newMeterId));
      assert.ok(await isLocked(other, other.meterId));
    },
  );
});

test('a till that named the old meter is told of the new one, which is locked', async () => {
  const home = await h.addConnection();
  await whileExchanged(
    home,
    (tx) => lockMetersToSell(tx, [home.meterPan, '600727999999999999', home.meterPan]),
    async ({ connections, connectionOf }, newMeterId) => {
      assert.equal(connectionOf.get(home.meterPan), home.connectionId);
      assert.equal(connections.get(home.connectionId)?.meter.meterId, newMeterId);
      assert.ok(await isLocked(home, newMeterId));
    },
  );
});

test('one connection that is locked while its meter is exchanged has the new one locked', async () => {
  const home = await h.addConnection();
  await whileExchanged(
    home,
    (tx) => loadConnectionForUpdate(tx, home),
    async (got, newMeterId) => {
      assert.equal(got?.meter.meterId, newMeterId);
      assert.ok(await isLocked(home, newMeterId));
    },
  );
});

test('a purchase that is paid after its meter was exchanged is the new meter’s', async () => {
  const home = await h.addConnection();
  const purchase = await startPurchase(h, 5_000n, home);
  const newPan = await exchangeByRoute(home);
  await purchase.pay('paid-after-exchange');
  const sale = await saleRow(h, purchase.saleId);
  const [token] = await tokensOf(h, purchase.saleId);
  assert.ok(token !== undefined);
  assert.notEqual(token.meter_id, home.meterId);
  assert.equal(sale.meter_id, token.meter_id);
  const shown = (await people.viewer.get(salePath(purchase.saleId))).json();
  assert.equal(shown.meterPan, newPan);
  // That the old meter is out of the way proves nothing about a token that the new one takes.
  assert.deepEqual(await reverse(purchase.saleId), { status: 409, code: 'meterMayTakeIt' });
});

test('a purchase from before an exchange names the meter that its token is for', async () => {
  const home = await h.addConnection();
  const purchase = await startPurchase(h, 5_000n, home);
  await purchase.pay('paid-before-exchange');
  const { saleId } = purchase;
  const newPan = await exchangeByRoute(home);
  const utility = await h.services.utilities.get(h.utilityId);
  const shown = await h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    assert.ok(connection !== null);
    assert.equal(connection.meter.meterPan, newPan);
    const { nowMs } = h.clock;
    return saleView(tx, { ...h.services, utility, nowMs, connection, saleId });
  });
  assert.equal(shown?.connection.meterPan, home.meterPan);
});

const reverse = (saleId: string, register: object = {}) =>
  askAndAllow(people, `${salePath(saleId)}/reversal`, {
    requestId: `reverse-${newTestUuid()}`,
    reason: 'The customer changed their mind about it.',
    moneyGoes: 'prepaid',
    ...register,
  });

test('a register that counts a token which was typed and never heard of shows which one was not', async () => {
  const bought = async (creditedWh: (small: bigint, large: bigint) => bigint) => {
    const home = await h.addConnection();
    const small = await startPurchase(h, 5_000n, home);
    await small.pay(`small-${home.connectionId}`);
    const large = await startPurchase(h, 20_000n, home);
    await large.pay(`large-${home.connectionId}`);
    const energyOf = async (saleId: string) => (await tokensOf(h, saleId))[0]?.energy_wh ?? 0n;
    const credited = creditedWh(await energyOf(small.saleId), await energyOf(large.saleId));
    await exchangeByRoute(home);
    // Read when the meter was away, so that nothing could be typed any more.
    const register = { creditedWh: credited.toString() };
    return { small: small.saleId, large: large.saleId, register };
  };
  const unknown = { status: 409, code: 'meterRegisterUnknown' };
  const tookSmall = await bought((small) => small);
  assert.deepEqual(await reverse(tookSmall.small, tookSmall.register), unknown);
  const { approval } = await reverse(tookSmall.large, tookSmall.register);
  assert.equal((approval?.outcome as { proof: string } | null)?.proof, 'meterRetired');
  const tookLarge = await bought((_, large) => large);
  assert.deepEqual(await reverse(tookLarge.large, tookLarge.register), unknown);
  const { approval: undone } = await reverse(tookLarge.small, tookLarge.register);
  assert.equal(undone?.state, 'done');
  const tookBoth = await bought((small, large) => small + large);
  assert.deepEqual(await reverse(tookBoth.large, tookBoth.register), unknown);
  const strange = await bought((small) => small + 1n);
  const explained = await reverse(strange.large, strange.register);
  assert.deepEqual(explained, unknown, 'nothing that was sold explains it');
});

test('an offer from before a block is not bought; what was asked for before it may be paid', async () => {
  const home = await h.addConnection();
  const before = await startPurchase(h, 5_000n, home);
  const offer = await h.services.vending.makeQuote(home, 5_000n);
  assert.ok(offer.ok);
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('connections')
      .set({ blocked_reason: 'A theft of energy is looked into' })
      .where('id', '=', home.connectionId)
      .execute(),
  );
  const { quoteId } = offer.value;
  const started = await h.services.payments.startPurchase(home, {
    quoteId,
    requestId: `quote:${quoteId}`,
  });
  assert.deepEqual(started, { ok: false, error: 'meterBlocked' });
  await before.pay('paid-after-the-block');
  assert.equal((await saleRow(h, before.saleId)).state, 'issued');
});

test('the meter of a sale with tokens never changes', async () => {
  const home = await h.addConnection();
  const purchase = await startPurchase(h, 5_000n, home);
  const stranger = await h.addConnection();
  const to = (meterId: string) =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx
        .updateTable('sales')
        .set({ meter_id: meterId })
        .where('id', '=', purchase.saleId)
        .execute(),
    );
  await assert.rejects(() => to(stranger.meterId), /a meter of its connection/);
  await purchase.pay('paid-and-fixed');
  await assert.rejects(() => to(stranger.meterId), /never changes/);
});
