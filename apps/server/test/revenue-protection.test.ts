// The daily round on a real database: losses of the network, homes in the order in which a visit is
// worth most, help before inspection, and where a home seems to be.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { LossNode, Network, PlacementFinding, RevenueLine, RevenuePage } from '@prewatt/api';
import { dayMs, idFromUuid } from '@prewatt/quantities';
import { simulateLoads, simulateVoltages } from '@prewatt/revenue-protection';
import { verifyEvidence } from '@prewatt/verifier';
import { sql } from 'kysely';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { knownOfHomes } from '../src/workflows/revenue-protection/home-facts.ts';
import {
  addNode,
  addPlacement,
  type NewNode,
  recordNodeReadings,
} from '../src/workflows/revenue-protection/index.ts';
import { createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, succeeded, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createRevenueTown, type RevenueTown, townDays, writeRegister } from './revenue-town.ts';

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
  const doubts = async () =>
    (await list()).rows.map(({ node, doubt }) => [node === area.areaId, doubt !== null]);
  const inDoubt = await doubts();
  assert.ok(
    inDoubt.some(([isThere]) => isThere),
    'somebody steals there',
  );
  assert.ok(
    inDoubt.every(([isThere, isDoubted]) => isThere === isDoubted),
    'lines of that node alone say that a place is in doubt',
  );
  const decide = `${path}/${idOf(home.connectionId)}`;
  const confirmed = { decision: 'confirmed' };
  assert.equal((await people.viewer.postJson(decide, confirmed)).statusCode, 403);
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  const other = await people.asker.postJson(decide, { decision: 'dismissed' });
  assert.equal(other.statusCode, 409);
  assert.equal((await network()).unplaced, 1);
  const confirmedBy = async () => {
    const placements = (await people.viewer.get(path)).json().rows;
    return placements.find((row: PlacementFinding) => row.connectionId === found.connectionId)
      ?.confirmed?.by;
  };
  assert.equal(await confirmedBy(), 'asker');
  const undone = { decision: 'undone' };
  assert.equal((await people.asker.postJson(decide, undone)).statusCode, 200);
  assert.equal((await people.asker.postJson(decide, undone)).statusCode, 200);
  assert.deepEqual([(await network()).unplaced, await confirmedBy()], [2, undefined]);
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  const since = { place: home, nodeCode: area.areaId, phase: 'L2', since: '2027-01-01' } as const;
  await h.database.inUtility(h.utilityId, (tx) =>
    addPlacement(tx, { newUuid: h.services.newUuid, nowMs: () => h.clock.nowMs }, since),
  );
  assert.equal((await people.asker.postJson(decide, undone)).json().code, 'placedSince');
});

const halfHourMs = 1_800_000;
const fromMs = midnightMs - townDays * 48 * halfHourMs;

async function bringNode(node: Omit<NewNode, 'utilityId'>, energyWh?: readonly number[]) {
  const deps = { newUuid: h.services.newUuid, nowMs: () => h.clock.nowMs };
  return h.database.inUtility(h.utilityId, async (tx) => {
    const added = await addNode(tx, deps, { ...node, utilityId: h.utilityId });
    const readings = { utilityId: h.utilityId, nodeCode: node.code, fromMs };
    if (energyWh !== undefined) await recordNodeReadings(tx, { ...readings, energyWh });
    return added.ok ? added.value : added.error;
  });
}
const placeOn = (place: MeterPlace, nodeCode: string, phase: 'L1' | 'L2' | 'L3' | null = null) =>
  h.database.inUtility(h.utilityId, (tx) =>
    addPlacement(
      tx,
      { newUuid: h.services.newUuid, nowMs: () => h.clock.nowMs },
      { place, nodeCode, phase, since: null },
    ),
  );

test('a network of more levels is brought in, moves on a day, and takes no circle', async () => {
  const [one, two] = town.simulated.areas;
  assert.ok(one !== undefined && two !== undefined);
  const sum = [...(one.feederWh ?? [])].map((wh, t) =>
    Math.round((wh + (two.feederWh?.[t] ?? 0)) * 1.02),
  );
  const placeMicro = { latitude: -26_204_100, longitude: 28_047_300 };
  const station = { code: 'S', name: 'North', kind: 'substation', parentCode: null } as const;
  assert.equal(await bringNode(station, sum), 'created');
  assert.equal(await bringNode({ ...station, placeMicro }), 'created');
  assert.equal(await bringNode({ ...station, placeMicro }), 'unchanged');
  const feeder = { code: 'F', name: 'Feeder', kind: 'feeder', parentCode: 'S' } as const;
  assert.equal(await bringNode(feeder, sum), 'created');
  const branch = { code: 'B', name: 'Branch', kind: 'feeder', parentCode: 'F' } as const;
  assert.equal(await bringNode(branch), 'created');
  const move = { kind: 'transformer', parentCode: 'B', since: '2026-09-01' } as const;
  for (const { areaId } of [one, two]) {
    const moved = { ...move, code: areaId, name: `Street ${areaId}` };
    assert.deepEqual([await bringNode(moved), await bringNode(moved)], ['created', 'unchanged']);
  }
  const back = { ...feeder, parentCode: 'B', since: '2026-10-01' };
  assert.equal(await bringNode(back), 'wouldCircle');
  assert.equal(await bringNode({ ...station, code: 'S2', parentCode: 'F' }), 'parentKind');
  assert.equal(await bringNode({ ...branch, code: 'B2', parentCode: 'none' }), 'parentUnknown');
  const phase = { code: 'P1', name: 'L1', kind: 'phase', parentCode: one.areaId } as const;
  assert.equal(await bringNode(phase), 'created');
  assert.equal(await bringNode({ ...phase, code: 'P2' }), 'nodeExists');
  const empty = { code: 'E', name: 'Empty', kind: 'transformer', parentCode: 'F' } as const;
  await bringNode(empty, one.feederWh === null ? [] : [...one.feederWh]);
  const single = { ...empty, code: 'O', name: 'One home' };
  const [home] = one.homes;
  const place = town.homes.get(home?.homeId ?? '');
  assert.ok(home !== undefined && place !== undefined);
  await bringNode(
    single,
    [...home.energyWh].map((wh) => Math.max(0, wh) + 200),
  );
  const alone = await h.addConnection();
  await writeRegister(h, { place: alone, wh: home.energyWh, fromMs });
  await placeOn(alone, 'O');
  await placeOn(place, one.areaId, 'L1');
});

test('each level has its balance and each odd node its words', async () => {
  // Two feeders that hang on each other: an import refuses that, an older hand may have done it.
  for (const code of ['C1', 'C2']) {
    await bringNode({ code, name: code, kind: 'feeder', parentCode: null }, [1, 2, 3]);
  }
  await sql`UPDATE prewatt.network_nodes n SET parent_id = o.id FROM prewatt.network_nodes o
    WHERE n.code IN ('C1', 'C2') AND o.code IN ('C1', 'C2') AND n.code <> o.code`.execute(
    h.owner.directories,
  );
  h.clock.nowMs += 24 * 3_600_000;
  await sweep();
  const { nodes } = await network();
  const at = (code: string): LossNode => {
    const node = nodes.find((each) => each.code === code);
    assert.ok(node !== undefined, code);
    return node;
  };
  const [one, two] = town.simulated.areas;
  assert.ok(one !== undefined && two !== undefined);
  assert.deepEqual(
    [at('S').level, at('F').level, at('B').level, at(one.areaId).level, at('P1').level],
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual([at('C1').state, at('C1').energyInWh], ['wrongTopology', null]);
  assert.deepEqual([at('E').state, at('O').state], ['noHomes', 'oneHome']);
  assert.equal(at('O').lostMinor, null);
  assert.equal(at('B').state, 'noFeederMeter');
  assert.deepEqual([at('P1').homes, at(one.areaId).homes, at(one.areaId).homesBehind], [1, 11, 12]);
  assert.deepEqual([at('B').homesBehind, at('S').homesBehind], [24, 25]);
  const wh = (text: string | null) => Number(text ?? 'NaN');
  const [upper, lower] = [at('S'), [at(one.areaId), at(two.areaId)]];
  const lowerSum = (of: 'meteredWh' | 'unexplainedWh') =>
    lower.reduce((sum, node) => sum + wh(node[of]), 0);
  assert.equal(wh(upper.belowWh), wh(at('F').unexplainedWh));
  assert.equal(wh(at('F').belowWh), lowerSum('unexplainedWh') + wh(at('O').unexplainedWh));
  // The home of O is behind S, too, and its use did not come in there.
  assert.ok(wh(upper.meteredWh) > lowerSum('meteredWh'));
  assert.ok(wh(upper.technicalLowWh) <= wh(upper.technicalWh));
  assert.ok(wh(upper.technicalHighWh) >= wh(upper.technicalWh));
  assert.deepEqual(upper.placeMicro, { latitude: -26_204_100, longitude: 28_047_300 });
  assert.equal(at(one.areaId).vending.homes, 12);
  assert.equal(at('O').vending.state, 'tooFewHomes');
});

test('a meter on another phase than listed is offered by its voltage, and moved when confirmed', async () => {
  const loads = simulateLoads({ count: 18, days: 28, perDay: 48, seed: 8, dailyWh: 9_000 });
  const { homes } = simulateVoltages(loads, {
    ...{ seed: 8, homesPerPhase: 6, missingShare: 0, wrongShare: 0 },
    ...{ phaselessShare: 0, unplacedShare: 0 },
  });
  await bringNode({ code: 'V', name: 'By voltage', kind: 'transformer', parentCode: 'F' });
  const voltsFromMs = h.clock.nowMs - (h.clock.nowMs % halfHourMs) - 28 * 48 * halfHourMs;
  const places: MeterPlace[] = [];
  for (const [i, { phase, deciVolts }] of homes.entries()) {
    const place = await h.addConnection();
    places.push(place);
    // The first is listed on L2, and is on L1.
    await placeOn(place, 'V', i === 0 ? 'L2' : phase);
    await sql`INSERT INTO prewatt.network_voltages
        (bucket, connection_id, starts_at, utility_id, deci_volts)
      SELECT ${place.bucket}, ${place.connectionId}::uuid,
        ${new Date(voltsFromMs)}::timestamptz + (v.nth - 1) * interval '30 minutes',
        ${h.utilityId}::uuid, v.volts
      FROM unnest(${[...deciVolts]}::smallint[]) WITH ORDINALITY AS v(volts, nth)`.execute(
      h.owner.directories,
    );
  }
  const [first] = places;
  assert.ok(first !== undefined);
  // Older than readings are kept.
  await sql`INSERT INTO prewatt.network_voltages (bucket, connection_id, starts_at, utility_id, deci_volts)
    VALUES (${first.bucket}, ${first.connectionId}::uuid, '2020-01-01', ${h.utilityId}::uuid, 2300)`.execute(
    h.owner.directories,
  );
  const oldest = async () => {
    const { rows: kept } = await sql<{ year: number; n: number }>`SELECT count(*)::int AS n,
      extract(year FROM min(starts_at))::int AS year FROM prewatt.network_voltages`.execute(
      h.owner.directories,
    );
    return [kept[0]?.year, kept[0]?.n];
  };
  h.clock.nowMs += 24 * 3_600_000;
  await sweep();
  await sweep();
  assert.deepEqual(await oldest(), [2026, places.length * 28 * 48]);
  const { rows } = (await people.viewer.get('/api/operator/placements')).json();
  const found = rows.filter((row: PlacementFinding) => row.voltage !== null);
  assert.deepEqual(
    found.map((row: PlacementFinding) => [row.connectionId, row.presentPhase, row.suggestedPhase]),
    [[idOf(first.connectionId), 'L2', 'L1']],
  );
  assert.ok(found[0].sharePercent > found[0].voltage.listedPercent);
  const phaseNow = async () => {
    const { rows: now } = await sql<{ phase: string }>`SELECT phase FROM prewatt.network_placements
      WHERE connection_id = ${first.connectionId}::uuid ORDER BY id DESC LIMIT 1`.execute(
      h.owner.directories,
    );
    return now[0]?.phase;
  };
  assert.equal(await phaseNow(), 'L2', 'nothing is changed silently');
  const decide = `/api/operator/placements/${idOf(first.connectionId)}`;
  const confirmed = { decision: 'confirmed' };
  assert.equal((await people.asker.postJson(decide, confirmed)).statusCode, 200);
  assert.equal(await phaseNow(), 'L1');
});

test('losses are a file of CSV, for those who may export', async () => {
  assert.equal((await people.viewer.get('/api/operator/network-losses.csv')).statusCode, 403);
  const file = await people.asker.get('/api/operator/network-losses.csv');
  const lines = file.body.trim().split('\r\n');
  assert.equal(lines.length, 1 + (await network()).nodes.length);
  assert.match(lines[0] ?? '', /^node,name,kind,feeder,homes,state/);
  assert.match(
    lines.find((line) => line.startsWith('C1,')) ?? '',
    /,wrongTopology,.*Mend the list/,
  );
  assert.match(lines.find((line) => line.startsWith('O,')) ?? '', /,oneHome,.*looked at by hand/);
  const first = (await network()).nodes.find(({ state }) => state === 'unexplainedLoss');
  const days = await people.viewer.get(`/api/operator/network/${first?.nodeId}/days`);
  assert.equal(days.json().rows.length >= 60, true);
  assert.equal(testUtility.zone, 'Africa/Johannesburg');
});

test('what a home usually pays is what came, and not what it had asked for', async () => {
  const home = await h.addConnection();
  const quote = await h.services.vending.makeQuote(home, 20_000n);
  assert.ok(quote.ok);
  const started = await h.services.payments.startPurchase(home, {
    ...{ quoteId: quote.value.quoteId, requestId: 'asked-for-more' },
  });
  assert.ok(started.ok);
  const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
  const word = succeeded(reference, 5_000n, 'came-less');
  const taken = await h.services.payments.notification('sandbox', word, () => undefined);
  assert.ok(taken.ok, JSON.stringify(taken));
  assert.ok((await h.services.vending.retry(home, started.value.saleId)).ok);
  const toMs = h.clock.nowMs + dayMs;
  const known = await h.database.inUtility(h.utilityId, (tx) =>
    knownOfHomes(tx, [home], {
      ...{ fromMs: toMs - 30 * dayMs, toMs, today: '2026-11-24' },
      ...{ townMiddleMinor: null, countedWh: new Map() },
    }),
  );
  const { purchases, middleMinor } = known.get(home.connectionId)?.need ?? {};
  assert.deepEqual([purchases, middleMinor], [1, 5_000n]);
});

/** The least that has the sides of a picture, and its bytes. */
const pictureOf = (...more: number[]) =>
  Buffer.from([
    ...[0xff, 0xd8, ...more, 0xff, 0xc0, 0, 11, 8, 0, 60, 0, 80, 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9],
  ]);
const filesOf = (tar: Buffer) => {
  const files = new Map<string, Buffer>();
  for (let at = 0; (tar[at] ?? 0) !== 0; ) {
    const text = (from: number, to: number) => tar.toString('latin1', at + from, at + to);
    const size = Number.parseInt(text(124, 135), 8);
    files.set(text(0, 100).replace(/\0.*$/, ''), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
};

test('photos of a visit are kept once, as the finding lists them, and go with its evidence', async () => {
  const { connectionId } = await h.addConnection();
  const plan = { requestId: 'a-visit-with-photos', visitOn: '2026-11-24' };
  const opened = await people.asker.postJson(
    `/api/operator/connections/${idOf(connectionId)}/case`,
    plan,
  );
  const path = `/api/operator/cases/${opened.json().caseId}`;
  const [jpeg, located] = [pictureOf(), pictureOf(0xff, 0xe1, 0, 4, 1, 2)];
  const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const send = async (bytes: Buffer, sha256 = hashOf(bytes), by = people.asker, to = path) => {
    const answer = await by.postBytes(`${to}/photos/${sha256}`, 'image/jpeg', bytes);
    return [answer.statusCode, answer.json().code];
  };
  assert.deepEqual(await send(jpeg), [409, 'photoNotListed'], 'before the finding');
  const evidence = [jpeg, located, Buffer.from('<svg/>'), Buffer.alloc(1_000_001)].map(
    (bytes, at) => ({ name: `meter ${at}.jpg`, sizeBytes: bytes.length, sha256: hashOf(bytes) }),
  );
  const finding = { finding: 'honest', words: 'The meter is whole', evidence };
  const visit = { visitors: ['Ada', 'Bo'] };
  assert.equal(
    (await people.asker.postJson(`${path}/finding`, { ...finding, visit })).statusCode,
    200,
  );
  for (const _ of ['first', 'again']) assert.deepEqual(await send(jpeg), [200, undefined]);
  assert.deepEqual(await send(located), [422, 'saysMore']);
  assert.deepEqual(await send(Buffer.from('<svg/>')), [415, 'notJpeg']);
  assert.deepEqual(await send(Buffer.alloc(1_000_001)), [413, 'photoTooLarge']);
  assert.equal((await send(Buffer.alloc(2_000_001)))[0], 413);
  assert.deepEqual(await send(jpeg, hashOf(located)), [422, 'otherPhoto']);
  assert.equal((await send(jpeg, 'no-hash'))[0], 400);
  assert.equal((await send(jpeg, hashOf(jpeg), people.viewer))[0], 403);
  const nowhere = path.replace(/.{4}$/, '0000');
  assert.equal((await send(jpeg, hashOf(jpeg), people.asker, nowhere))[0], 404);
  assert.equal((await people.asker.postJson(`${path}/photos/${hashOf(jpeg)}`, {})).statusCode, 415);

  const { photos } = (await people.viewer.get(path)).json();
  assert.deepEqual(photos, [{ name: 'meter 0.jpg', sha256: hashOf(jpeg) }]);
  const shown = await people.asker.get(`${path}/photos/${hashOf(jpeg)}`);
  assert.deepEqual(shown.rawPayload, jpeg);
  assert.equal(shown.headers['content-type'], 'image/jpeg');
  assert.equal((await people.viewer.get(`${path}/photos/${hashOf(jpeg)}`)).statusCode, 403);
  assert.equal((await people.asker.get(`${path}/photos/${hashOf(located)}`)).statusCode, 404);
  const files = filesOf((await people.asker.get(`${path}/evidence`)).rawPayload);
  assert.deepEqual(files.get('photo-1.jpg'), jpeg);
  const source = { read: async (name: string) => files.get(name) ?? null, stream: () => null };
  const { holds, photos: held, photosMissing } = await verifyEvidence({ source });
  assert.deepEqual([holds, held, photosMissing.length], [true, 1, 3]);
});
