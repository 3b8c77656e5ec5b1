// Writers of many meters' states at once, on a real database: all lock rows in one order, so that
// none waits for another in a circle; a change of links that the database refused is not lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { energyWh, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { recordContacts } from '../src/metering/headend/index.ts';
import type { ReportedState } from '../src/metering/readings/index.ts';
import { recordStates } from '../src/metering/readings/index.ts';
import { createHarness, type Harness } from './harness.ts';

let h: Harness;
type Home = Awaited<ReturnType<Harness['addConnection']>>;
let [first, last]: readonly Home[] = [];
/** Its meter has reported nothing yet. */
let unheard: Home | undefined;
const key = (home: Home | undefined): Home => {
  assert.ok(home !== undefined);
  return home;
};
const stateAt = (capturedAtMs: number) => ({
  ...{ capturedAtMs, availableEnergyWh: energyWh(500), powerW: powerW(1) },
  ...{ importEnergyWh: energyWh(1), creditedEnergyWh: energyWh(1), owedEnergyWh: energyWh(0) },
  loadSwitch: 'connected' as const,
  creditStatus: 'inCredit' as const,
});
const backwards = (): readonly ReportedState[] =>
  [key(last), key(first)].map((place) => ({ place, state: stateAt(h.clock.nowMs) }));

before(async () => {
  h = await createHarness();
  const homes = await Promise.all(Array.from({ length: 6 }, () => h.addConnection()));
  const byKey = homes.toSorted((a, b) => a.bucket - b.bucket || (a.meterId < b.meterId ? -1 : 1));
  [first, last] = [byKey[0], byKey.at(-1)].map(key);
  unheard = byKey[1];
  // One transaction each: the row of the last lies before the row of the first.
  for (const report of backwards()) {
    await h.database.inUtility(h.utilityId, (tx) => recordStates(tx, [report], h.clock.nowMs));
  }
});
after(() => h.close());

const waits = async (): Promise<boolean> => {
  const { rows } = await sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
    AND datname = current_database() AND query LIKE '%meter_states%'`.execute(h.owner.directories);
  return rows.length > 0;
};

/** Holds the first row until the writer waits for it: by then it must not have the last one. */
async function assertInOrder(write: () => Promise<unknown>): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  await h.owner.directories.transaction().execute(async (tx) => {
    await sql`SELECT FROM prewatt.meter_states WHERE meter_id = ${key(first).meterId}::uuid
      FOR UPDATE`.execute(tx);
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    writing = write();
    void writing.then(done, done);
    while (!(await waits())) {
      assert.ok(!isDone, 'the writer did not wait for the first row');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await sql`SELECT FROM prewatt.meter_states WHERE meter_id = ${key(last).meterId}::uuid
      FOR UPDATE NOWAIT`.execute(tx);
  });
  await writing;
}

test('states of many meters are locked in one order, however they come', async () => {
  await assertInOrder(() =>
    h.database.inUtility(h.utilityId, (tx) => recordStates(tx, backwards(), h.clock.nowMs)),
  );
});

test('meters that were heard are locked in that order', async () => {
  const places = backwards().map(({ place }) => place);
  await assertInOrder(() =>
    h.database.inUtility(h.utilityId, (tx) => recordContacts(tx, places, h.clock.nowMs + 60_000)),
  );
});

const linkUp = async (): Promise<unknown[]> => {
  const ids = [key(first), key(last)].map(({ meterId }) => meterId);
  const { rows } = await sql<{ link_up: boolean }>`SELECT link_up FROM prewatt.meter_states
    WHERE meter_id = ANY(${ids}::uuid[]) ORDER BY bucket, meter_id`.execute(h.owner.directories);
  return rows.map((row) => row.link_up);
};

test('changes of links are locked in that order, whichever way they go', async () => {
  await assertInOrder(async () => {
    h.services.links.changed(key(last).meterPan, 'online');
    h.services.links.changed(key(first).meterPan, 'offline');
    await h.services.links.settled();
  });
  assert.deepEqual(await linkUp(), [false, true]);
  h.services.links.changed(key(first).meterPan, 'online');
  await h.services.links.settled();
  await assertInOrder(() => h.services.links.allDown(h.utilityId));
  assert.deepEqual(await linkUp(), [false, false]);
});

test('changes of links that the database refused are stored later; newer ones stand', async () => {
  const owner = h.owner.directories;
  await sql`ALTER TABLE prewatt.meter_states ADD CONSTRAINT down_alone CHECK (NOT link_up)`.execute(
    owner,
  );
  h.services.links.changed(key(first).meterPan, 'online');
  h.services.links.changed(key(last).meterPan, 'online');
  await h.services.links.settled();
  assert.deepEqual(await linkUp(), [false, false]);
  h.services.links.changed(key(last).meterPan, 'offline');
  await sql`ALTER TABLE prewatt.meter_states DROP CONSTRAINT down_alone`.execute(owner);
  await h.services.links.settled();
  assert.deepEqual(await linkUp(), [true, false]);
});

test('a link that came up before the first report of its meter is up with that report', async () => {
  const place = key(unheard);
  h.services.links.changed(place.meterPan, 'online');
  await h.services.links.settled();
  await h.database.inUtility(h.utilityId, (tx) =>
    recordStates(tx, [{ place, state: stateAt(h.clock.nowMs) }], h.clock.nowMs),
  );
  await h.services.links.settled();
  const { rows } = await sql`SELECT link_up FROM prewatt.meter_states
    WHERE meter_id = ${place.meterId}::uuid`.execute(h.owner.directories);
  assert.deepEqual(rows, [{ link_up: true }]);
});
