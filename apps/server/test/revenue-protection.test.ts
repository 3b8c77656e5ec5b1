// The daily round on a real database: losses of the network, homes in the order in which a visit is
// worth most, help before inspection, and where a home seems to be.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LossNode, Network, RevenueLine, RevenuePage } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createRevenueTown, type RevenueTown } from './revenue-town.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let town: RevenueTown;
/** Midnight in Johannesburg; the clock of the tests is at 10:00 that day. */
const midnightMs = Date.UTC(2026, 10, 23, 22);
const sweep = async () => {
  const [utility] = await h.services.utilities.list();
  assert.ok(utility !== undefined);
  await h.services.revenue.sweep(utility);
};
const kindOf = (connectionId: string): string => {
  const [homeId] =
    [...town.homes].find(([, place]) => idOf(place.connectionId) === connectionId) ?? [];
  const label = town.simulated.labels.find((each) => each.homeId === homeId);
  return label?.isTheft === true ? 'thief' : (label?.kind ?? 'none');
};
const idOf = (uuid: string) => idFromUuid('connection', uuid);
const list = async (query = ''): Promise<RevenuePage> =>
  (await people.viewer.get(`/api/operator/revenue${query}`)).json();
const network = async (): Promise<Network> =>
  (await people.viewer.get('/api/operator/network')).json();

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  await http.close();
  await h.close();
});

test('a utility without a network has no round and its page says that nothing is there', async () => {
  await sweep();
  assert.deepEqual([(await list()).round, (await network()).nodes], [null, []]);
});

test('a round balances each node and ranks its homes; the list has thieves with three reasons', async () => {
  town = await createRevenueTown(h, {
    ...{ homes: 36, seed: 4, thiefShare: 0.14, kinds: ['scale', 'windowZero'], midnightMs },
  });
  const thieves = town.simulated.labels.filter(({ isTheft }) => isTheft).length;
  assert.ok(thieves >= 3, `${thieves}`);
  await sweep();
  const { nodes, round, unplaced } = await network();
  assert.equal(round?.isDone, true);
  // The home that each test has from the beginning.
  assert.equal(unplaced, 1);
  const lossy = (node: LossNode) => node.state === 'unexplainedLoss';
  assert.ok(nodes.some(lossy), nodes.map(({ state }) => state).join());
  for (const node of nodes) {
    assert.equal(node.homes, 12);
    if (lossy(node)) assert.ok(BigInt(node.lowWh ?? 0) > 0n);
  }
  const page = await list('?visits=10');
  assert.ok(page.rows.length >= thieves - 1, `${page.rows.length} of ${thieves}`);
  const kinds = page.rows.map((row: RevenueLine) => kindOf(row.connectionId));
  assert.ok(
    kinds.slice(0, 3).every((kind) => kind === 'thief'),
    kinds.join(),
  );
  const [first] = page.rows;
  assert.equal(first?.reasons.length, 3);
  assert.equal(first?.chart?.homeWh.length, 60);
  assert.ok((await list('?standing=held')).rows.every(({ held }) => held !== null));
});

test('the same day again changes nothing, and the next day begins a new round', async () => {
  const { rows: before } = await sql<{ n: number }>`SELECT count(*)::int AS n
    FROM prewatt.revenue_rounds`.execute(h.owner.directories);
  await sweep();
  await h.services.upkeep();
  const { rows: same } = await sql<{ n: number }>`SELECT count(*)::int AS n
    FROM prewatt.revenue_rounds`.execute(h.owner.directories);
  assert.deepEqual([before[0]?.n, same[0]?.n], [1, 1]);
});

test('visits bound the list, and pages go on where the last one ended', async () => {
  const two = await list('?visits=2');
  assert.deepEqual([two.rows.length, two.nextCursor], [2, null]);
  const rest = await list('?cursor=2');
  assert.notEqual(rest.rows[0]?.connectionId, two.rows[0]?.connectionId);
});

test('a protected home goes to the support list first, with what helps it', async () => {
  const [first] = (await list()).rows;
  const home = [...town.homes.values()].find(
    ({ connectionId }) => idOf(connectionId) === first?.connectionId,
  );
  assert.ok(home !== undefined);
  const [utility] = await h.services.utilities.list();
  assert.ok(utility !== undefined);
  const operatorId = await anOperator();
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.protection.changeFlag(tx, home, {
      utility,
      change: {
        ...{ requestId: 'flag-of-test', kind: 'medical', what: 'set', expiresOn: null },
        ...{ evidence: 'A letter of the clinic', operatorId },
      },
    }),
  );
  h.clock.nowMs += 24 * 3_600_000;
  await sweep();
  const support = await list('?standing=support');
  assert.deepEqual(
    support.rows.map(({ connectionId }) => connectionId),
    [idOf(home.connectionId)],
  );
  assert.deepEqual(support.rows[0]?.need.signs, ['protected: medical need']);
  assert.ok(
    (await list()).rows.every(({ connectionId }) => connectionId !== idOf(home.connectionId)),
  );
});

const anOperator = async (): Promise<string> => {
  const { rows } = await sql<{
    id: string;
  }>`SELECT id FROM prewatt.operators WHERE name = 'asker'`.execute(h.owner.directories);
  return rows[0]?.id ?? '';
};

test('a home that is on no list is found where its energy is missing, and a person confirms it', async () => {
  const [area] = town.simulated.areas;
  const label = (homeId: string) =>
    town.simulated.labels.find((each) => each.homeId === homeId)?.kind;
  const honest = area?.homes.find(({ homeId }) => label(homeId) === 'normal');
  const home = town.homes.get(honest?.homeId ?? '');
  assert.ok(home !== undefined && area !== undefined);
  await sql`DELETE FROM prewatt.network_placements
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  h.clock.nowMs += 24 * 3_600_000;
  await sweep();
  const path = '/api/operator/placements';
  const { rows } = (await people.viewer.get(path)).json();
  const found = rows.find(
    (row: { connectionId: string }) => row.connectionId === idOf(home.connectionId),
  );
  assert.deepEqual([found?.presentNode, found?.suggestedNode], [null, area.areaId]);
  assert.equal((await network()).unplaced, 2, 'nothing is changed silently');
  const decide = `${path}/${idOf(home.connectionId)}`;
  const confirmed = { decision: 'confirmed' };
  assert.equal((await people.viewer.postJson(decide, confirmed)).statusCode, 403);
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  const other = await people.asker.postJson(decide, { decision: 'dismissed' });
  assert.equal(other.statusCode, 409);
  assert.equal((await network()).unplaced, 1);
});

test('losses are a file of CSV, for those who may export', async () => {
  assert.equal((await people.viewer.get('/api/operator/network-losses.csv')).statusCode, 403);
  const file = await people.asker.get('/api/operator/network-losses.csv');
  const lines = file.body.trim().split('\r\n');
  assert.equal(lines.length, 1 + (await network()).nodes.length);
  assert.match(lines[0] ?? '', /^node,name,kind,feeder,homes,state/);
  const [first] = (await network()).nodes;
  const days = await people.viewer.get(`/api/operator/network/${first?.nodeId}/days`);
  assert.equal(days.json().rows.length >= 60, true);
  assert.equal(testUtility.zone, 'Africa/Johannesburg');
});
