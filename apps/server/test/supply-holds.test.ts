// Supply that an operator holds open, on a real database: what pays, rules or tests closes nothing,
// and whoever lets it go gives the switch back to the rules.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionDetail } from '@prewatt/api';
import { createLive, notifyLive } from '../src/base/live.ts';
import { lockMeter } from '../src/metering/headend/index.ts';
import { operatorNamed } from './control-harness.ts';
import { askAndAllow } from './correction-harness.ts';
import { meterPanOf, newTestUuid, startMs, testUtility } from './harness.ts';
import { halfHour, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, commands, path, pay, read, toWallet, wallet } = w;
const minuteMs = 60_000;

/** Somebody of this name who has cut nothing in this hour. */
const adaOf = async () => ({
  ...(await operatorNamed(w.h, newTestUuid(), 'operator')),
  name: 'Ada',
});
const word = async (
  kind: 'switchOpen' | 'switchClose' | 'switchArm',
  more: { readonly cause?: 'operator' | 'safety'; readonly ofJob?: boolean } = {},
) => {
  const utility = await w.h.services.utilities.get(w.h.utilityId);
  const { cause = 'safety', ofJob = false } = more;
  const asked = { requestId: newTestUuid(), reason: 'A line is down' };
  const by = await adaOf();
  return w.h.database.inUtility(w.h.utilityId, (tx) =>
    w.h.services.sending.send(tx, {
      place: w.home,
      by,
      body: kind === 'switchOpen' ? { ...asked, kind, cause } : { ...asked, kind },
      zone: testUtility.zone,
      protection: utility.protectionRules,
      ofJob,
    }),
  );
};
const opened = { kind: 'switchOpen', loadSwitch: 'disconnected' } as const;
const closed = { kind: 'switchClose', loadSwitch: 'connected' } as const;
const later = async () => {
  w.h.clock.nowMs += 6 * minuteMs;
  await w.h.services.upkeep();
  await w.h.services.upkeep();
};
const switched = () =>
  commands().flatMap(({ action }) => (action.kind.startsWith('switch') ? [action.kind] : []));
const detail = async (): Promise<ConnectionDetail> =>
  (await w.people.viewer.get(path())).json() as ConnectionDetail;
/** In wallet mode, its money used up and its supply cut for it. */
const usedUp = async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await pay(3_000n);
  await read(startMs + halfHour, [101_000, 104_000]);
  await answer('switchOpen', opened);
  assert.equal((await wallet()).wallet?.supply, 'off');
};

test('money that arrives during a hold closes nothing; whoever lets it go gives supply back', async () => {
  await usedUp();
  await word('switchOpen');
  await answer('switchOpen', opened);
  await pay(9_000n);
  await later();
  assert.deepEqual(switched(), ['switchOpen', 'switchOpen']);
  const held = (await wallet()).wallet;
  assert.equal(held?.supply, 'on');
  assert.deepEqual(
    [held?.hold?.by, held?.hold?.cause, held?.hold?.reason, held?.hold?.stage],
    ['Ada', 'safety', 'A line is down', 'done'],
  );
  assert.equal((await detail()).supplyHold?.since, held?.hold?.since);
  await word('switchClose');
  await answer('switchClose', closed);
  await later();
  assert.deepEqual(switched(), ['switchOpen', 'switchOpen', 'switchClose']);
  assert.equal((await detail()).supplyHold, null);
});

test('a hold that is let go without money leaves supply off, without a flicker', async () => {
  await usedUp();
  await word('switchOpen');
  await answer('switchOpen', opened);
  await word('switchClose');
  await later();
  assert.deepEqual(switched(), ['switchOpen', 'switchOpen', 'switchOpen']);
  await answer('switchOpen', opened);
  await pay(9_000n);
  await answer('switchClose', closed);
  assert.equal((await wallet()).wallet?.supply, 'on');
});

test('a close that a payment asked for makes room for an operator who cuts for danger', async () => {
  await usedUp();
  await pay(9_000n);
  await w.h.services.upkeep();
  await word('switchOpen');
  await answer('switchOpen', opened);
  await later();
  assert.equal(switched().at(-1), 'switchOpen');
  assert.notEqual((await detail()).supplyHold, null);
});

test('an open that the meter refuses is no hold, and the wallet’s word is asked for after all', async () => {
  await usedUp();
  await word('switchOpen', { cause: 'operator' });
  await w.h.services.upkeep();
  await pay(9_000n);
  await later();
  assert.equal(switched().at(-1), 'switchOpen');
  await answer('switchOpen', { kind: 'refused', reason: 'protected' });
  await later();
  assert.equal((await detail()).supplyHold, null);
  assert.equal(switched().at(-1), 'switchClose');
});

test('money that runs out during a hold cuts once it is let go', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await pay(3_000n);
  await word('switchOpen');
  await answer('switchOpen', opened);
  await read(startMs + halfHour, [101_000, 104_000]);
  await later();
  assert.equal((await wallet()).wallet?.supply, 'off');
  assert.deepEqual(switched(), ['switchOpen'], 'it is open already');
  await word('switchClose');
  await later();
  assert.deepEqual(switched(), ['switchOpen', 'switchOpen']);
  const last = commands().at(-1)?.action;
  assert.ok(last?.kind === 'switchOpen' && last.cause === 'operator', 'now for the money');
});

test('an install job closes what it opened, not what an operator holds open', async () => {
  await word('switchOpen', { ofJob: true });
  assert.ok((await word('switchClose', { ofJob: true })).ok);
  assert.equal((await detail()).supplyHold, null);
  await word('switchOpen');
  for (const kind of ['switchOpen', 'switchClose', 'switchArm'] as const) {
    const refused = await word(kind, { ofJob: true });
    assert.deepEqual(refused, { ok: false, error: 'heldOpen' }, kind);
  }
  assert.equal((await detail()).supplyHold?.cause, 'safety');
});

test('a rule that asks at the same moment as an operator closes nothing', async () => {
  const rule = {
    place: w.home,
    kind: 'switchClose',
    action: { kind: 'switchClose' },
    requestId: newTestUuid(),
    expiresAtMs: w.h.clock.nowMs + minuteMs,
  } as const;
  let asked: Promise<unknown> = Promise.resolve();
  await w.h.database.inUtility(w.h.utilityId, async (tx) => {
    await lockMeter(tx, w.home);
    // Waits for this transaction, and then sees what it has done.
    asked = w.h.database.inUtility(w.h.utilityId, (other) =>
      w.h.services.commands.switchByRule(other, rule),
    );
    await w.h.services.commands.enqueue(tx, {
      ...{ place: w.home, kind: 'switchOpen', word: 'operator' },
      action: { kind: 'switchOpen', cause: 'maintenance' },
      ...{ requestId: newTestUuid(), expiresAtMs: w.h.clock.nowMs + minuteMs },
    });
  });
  assert.equal(await asked, null);
});

let nthMeter = 96_000;
/** The meter is exchanged for one with a link, or without. */
const exchanged = async (secretSha256: string | null) => {
  nthMeter += 1;
  const done = await askAndAllow(w.people, `${path()}/meter-exchange`, {
    requestId: newTestUuid(),
    reason: 'The display is broken.',
    oldMeterPan: w.home.meterPan,
    meter: {
      meterPan: meterPanOf(nthMeter),
      encryptionAlgorithm: 'ea07',
      supplyGroupCode: '123456',
      tariffIndex: '01',
      keyRevision: 1,
      secretSha256,
    },
    balance: { from: 'stated', energyWh: '0', creditedWh: null },
  });
  assert.equal(done.approval?.state, 'done', JSON.stringify(done));
};
const openings = () =>
  w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('commands as c')
      .innerJoin('meters as m', (join) =>
        join.onRef('m.bucket', '=', 'c.bucket').onRef('m.id', '=', 'c.meter_id'),
      )
      .select(['m.meter_pan', 'c.requested_by', 'c.reason', 'c.due_at'])
      .where('c.connection_id', '=', w.home.connectionId)
      .where('c.kind', '=', 'switchOpen')
      .orderBy('c.queued_at')
      .orderBy('c.id')
      .execute(),
  );

test('the new meter is held open, too, in the name of who holds', async () => {
  await word('switchOpen');
  await answer('switchOpen', opened);
  await exchanged('ab'.repeat(32));
  const held = (await detail()).supplyHold;
  assert.deepEqual([held?.by, held?.cause, held?.reason], ['Ada', 'safety', 'A line is down']);
  assert.notEqual(held?.stage, 'done', 'the new meter has not answered');
  const [old, fresh, ...more] = await openings();
  assert.equal(old?.meter_pan, w.home.meterPan);
  assert.deepEqual(
    [fresh?.meter_pan, fresh?.requested_by, fresh?.reason, more.length],
    [meterPanOf(nthMeter), 'Ada', 'A line is down', 0],
  );
  assert.notEqual(fresh?.due_at, null, 'it goes to the meter');
});

test('an exchanged meter is out at once', async () => {
  const live = await createLive({ url: w.h.ownerUrl });
  const ended: string[] = [];
  // What is told comes in order: the notices of the exchange are there when this one is.
  const told = new Promise<void>((resolve) => {
    live.subscribe((notice) => {
      if (notice.kind === 'linkRevoked') ended.push(notice.meterPan);
      if (notice.kind === 'approval' && notice.approvalId === last) resolve();
    });
  });
  const last = newTestUuid();
  try {
    await exchanged('ef'.repeat(32));
    const { utilityId } = w.h;
    await w.h.database.inUtility(utilityId, (tx) =>
      notifyLive(tx, { kind: 'approval', utilityId, approvalId: last }),
    );
    await told;
  } finally {
    await live.close();
  }
  assert.deepEqual(ended, [w.home.meterPan]);
});

test('an opening that the old meter had not answered goes to the new one', async () => {
  await word('switchOpen');
  await exchanged('cd'.repeat(32));
  assert.equal((await detail()).supplyHold?.by, 'Ada');
});

test('a new meter without a link ends the hold, and the history says so', async () => {
  await word('switchOpen');
  await answer('switchOpen', opened);
  await exchanged(null);
  assert.equal((await detail()).supplyHold, null);
  assert.equal((await openings()).length, 1);
  const ended = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('supply_holds')
      .select('release_reason')
      .where('connection_id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  assert.match(ended.release_reason ?? '', /without a link/);
});
