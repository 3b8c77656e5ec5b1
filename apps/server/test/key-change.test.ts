import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { endingKeys } from '../src/money/keys/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { assertAllLaws, testMeter } from './control-harness.ts';
import { createHarness, type Harness, testVendingKey } from './harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let payments = 0;
before(async () => {
  h = await createHarness();
  await h.database.inUtility(h.utilityId, async (tx) => {
    await h.onboarding.loadVendingKey(tx, h.utilityId, {
      ...testVendingKey,
      supplyGroupCode: '654321',
      keyRevision: 2,
      bytes: Uint8Array.from(Buffer.from('cdcdcdcdcdcdcdcd', 'hex')),
    });
    await h.onboarding.loadVendingKey(tx, h.utilityId, {
      ...testVendingKey,
      keyRevision: 3,
      baseDate: 35,
      bytes: Uint8Array.from(Buffer.from('efefefefefefefef', 'hex')),
    });
  });
});
after(() => h.close());

/** A connection whose meter should hold another key. */
async function behind(to = { group: '654321', index: '07', revision: 2 }) {
  const place = await h.addConnection();
  await sql`UPDATE prewatt.meters SET wanted_supply_group_code = ${to.group},
    wanted_tariff_index = ${to.index}, wanted_key_revision = ${to.revision}
    WHERE id = ${place.meterId}::uuid`.execute(h.owner.directories);
  return place;
}
const buy = (place: MeterPlace) => {
  payments += 1;
  return buyAndPay(h, 6_000n, `KC-${payments}`, place);
};
const tokensOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .selectAll()
      .where('sale_id', '=', saleId)
      .orderBy('section')
      .orderBy('tid')
      .execute(),
  );
const stateOf = async (saleId: string) => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select(['state', 'stuck_reason'])
      .where('id', '=', saleId)
      .executeTakeFirstOrThrow(),
  );
  return row.stuck_reason ?? row.state;
};
const meterRow = (place: MeterPlace) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('meters').selectAll().where('id', '=', place.meterId).executeTakeFirstOrThrow(),
  );
const assertHolds = async (place: MeterPlace, held: [string, string, number]) => {
  const row = await meterRow(place);
  assert.deepEqual([row.supply_group_code, row.tariff_index, row.key_revision], held);
};

test('the next sale carries the key-change set first; the wire sends the credit once it is in', async () => {
  const place = await behind();
  const meter = testMeter(h, place.meterPan);
  const saleId = await buy(place);
  const tokens = await tokensOf(saleId);
  assert.deepEqual(
    tokens.map(({ kind, section, tid }) => [kind, section, tid === null]),
    [
      ['keyChange', 1, true],
      ['keyChange', 2, true],
      // The supply group changes, so a third token tells the meter.
      ['keyChange', 3, true],
      ['credit', null, false],
    ],
  );
  const text = h.sms.at(-1)?.text ?? (await lastMessage());
  for (const token of tokens) assert.ok(text.includes(spaced(token.digits)), text);
  await assertHolds(place, ['123456', '01', 1]);
  assert.deepEqual(await meter.answer(), ['keyChangePart', 'keyChangePart', 'keyChanged']);
  await assertHolds(place, ['654321', '07', 2]);
  assert.equal((await meterRow(place)).wanted_key_revision, null);
  assert.equal(await stateOf(saleId), 'issued');
  assert.deepEqual(await meter.answer(), ['credit']);
  assert.equal(await stateOf(saleId), 'delivered');
  const next = await tokensOf(await buy(place));
  assert.deepEqual(
    next.map(({ kind }) => kind),
    ['credit'],
    'one set is enough',
  );
  assert.deepEqual(await meter.answer(), ['credit']);
  await assertAllLaws(h);
});

const spaced = (digits: string): string => digits.replace(/(\d{4})(?=\d)/g, '$1 ');
const lastMessage = async (): Promise<string> => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow(),
  );
  return row.text;
};

test('typed by hand, the set is known by the ends of its digits, and late answers change nothing', async () => {
  const place = await behind();
  const meter = testMeter(h, place.meterPan);
  const saleId = await buy(place);
  const [first, secondSection, third, credit] = (await tokensOf(saleId)).map((t) => t.digits);
  assert.equal(await meter.type(credit ?? ''), 'crc', 'under the new key it says nothing yet');
  assert.equal(await meter.type(third ?? ''), 'keyChangePart');
  assert.equal(await meter.type(first ?? ''), 'keyChangePart');
  assert.equal(await meter.type(secondSection ?? ''), 'keyChanged');
  await assertHolds(place, ['654321', '07', 2]);
  // The wire brings the sections late: the meter no longer knows the old key.
  assert.deepEqual(await meter.answer(), ['crc', 'crc', 'crc', 'credit']);
  await assertHolds(place, ['654321', '07', 2]);
  assert.equal(await stateOf(saleId), 'delivered');
  await assertAllLaws(h);
});

test('two sales before the set is in carry the same set, and one taking settles both', async () => {
  const place = await behind();
  const meter = testMeter(h, place.meterPan);
  const sales = [await buy(place), await buy(place)];
  const [one, two] = await Promise.all(sales.map(tokensOf));
  const setOf = (tokens: typeof one) =>
    tokens?.filter((t) => t.kind === 'keyChange').map((t) => t.digits);
  assert.deepEqual(setOf(one), setOf(two));
  for (const digits of setOf(two) ?? []) await meter.type(digits);
  assert.equal(await meter.type(two?.at(-1)?.digits ?? ''), 'credit');
  await meter.answer();
  await meter.answer();
  assert.deepEqual(await Promise.all(sales.map(stateOf)), ['delivered', 'delivered']);
  await assertAllLaws(h);
});

test('a token under the new key proves the set, though nobody reported it', async () => {
  const place = await behind({ group: '123456', index: '09', revision: 1 });
  const saleId = await buy(place);
  const credit = (await tokensOf(saleId)).at(-1);
  await h.fromMeter(place.meterPan, {
    kind: 'events',
    sequence: 900,
    events: [
      {
        sequence: 900,
        atMs: h.clock.nowMs,
        code: 'token',
        origin: 'keypad',
        lastFour: credit?.digits.slice(-4) ?? '',
        outcome: {
          result: 'accepted',
          effect: 'credit',
          tid: credit?.tid ?? null,
          creditedEnergyWh: (credit?.energy_wh ?? 0n) as never,
        },
      },
    ],
  });
  await assertHolds(place, ['123456', '09', 1]);
  assert.equal(await stateOf(saleId), 'delivered');
  await assertAllLaws(h);
});

test('a section that the meter refuses by wire makes the sale stuck, with the set failed', async () => {
  const place = await behind({ group: '123456', index: '05', revision: 1 });
  const saleId = await buy(place);
  const other = testMeter(h, h.meterPan);
  await h.services.commands.sweep(h.utilityId);
  assert.deepEqual(await other.answer(), []);
  const [command] = h.sent.filter(({ meterPan }) => meterPan === place.meterPan).slice(-2);
  assert.ok(command?.message.kind === 'command');
  await h.fromMeter(place.meterPan, {
    kind: 'commandResult',
    sequence: 901,
    commandId: command.message.commandId,
    completedAtMs: h.clock.nowMs,
    result: { kind: 'deliverToken', outcome: { result: 'refused', refusal: 'crc', tid: null } },
  });
  assert.equal(await stateOf(saleId), 'tokenRefused');
  await assertHolds(place, ['123456', '01', 1]);
  const { rows } = await sql`SELECT state, refusal FROM prewatt.key_change_sets
    WHERE sale_id = ${saleId}::uuid`.execute(h.owner.directories);
  assert.deepEqual(rows, [{ state: 'failed', refusal: 'crc' }]);
});

test('a wanted key without a vending key, or before its base date, makes no token', async () => {
  const missing = await behind({ group: '777777', index: '01', revision: 1 });
  assert.equal(await stateOf(await buy(missing)), 'vendingKeyMissing');
  const early = await behind({ group: '123456', index: '01', revision: 3 });
  assert.equal(await stateOf(await buy(early)), 'tidExhausted');
});

test('sections that came too far apart are sent again; after a week somebody hears of it', async () => {
  const place = await behind({ group: '123456', index: '04', revision: 1 });
  const saleId = await buy(place);
  const tokens = (await tokensOf(saleId)).map(({ digits }) => digits);
  const meter = testMeter(h, place.meterPan);
  assert.equal(await meter.type(tokens[0] ?? ''), 'keyChangePart');
  h.clock.nowMs += 11 * 60_000;
  assert.equal(await meter.type(tokens[1] ?? ''), 'keyChangePart', 'the first was dropped');
  h.clock.nowMs += 11 * 60_000;
  // By wire only the second section counts now, and it is answered as a part again.
  await sql`UPDATE prewatt.commands SET stage = 'done', due_at = NULL
    WHERE connection_id = ${place.connectionId}::uuid`.execute(h.owner.directories);
  await h.services.upkeep();
  assert.equal(await stateOf(saleId), 'issued');
  h.clock.nowMs += 16 * 60_000;
  await h.services.upkeep();
  assert.deepEqual(await meter.answer(), ['keyChangePart', 'keyChanged']);
  assert.deepEqual(await meter.answer(), ['credit']);
  assert.equal(await stateOf(saleId), 'delivered');

  const lost = await behind({ group: '123456', index: '03', revision: 1 });
  const waiting = await buy(lost);
  await sql`UPDATE prewatt.commands SET stage = 'done', due_at = NULL
    WHERE connection_id = ${lost.connectionId}::uuid`.execute(h.owner.directories);
  h.clock.nowMs += 7 * 86_400_000;
  await h.services.upkeep();
  assert.equal(await stateOf(waiting), 'notConfirmed');
  await assertAllLaws(h);

  // The set is typed after all: the credit has days of its own to follow it.
  const late = testMeter(h, lost.meterPan);
  for (const { kind, digits } of await tokensOf(waiting)) {
    if (kind === 'keyChange') await late.type(digits);
  }
  await assertHolds(lost, ['123456', '03', 1]);
  assert.deepEqual(await late.answer(), ['credit']);
  assert.equal(await stateOf(waiting), 'delivered');
});

test('sections that were taken too far apart and again together change the key for the server too', async () => {
  const place = await behind({ group: '123456', index: '02', revision: 1 });
  const saleId = await buy(place);
  await sql`UPDATE prewatt.commands SET stage = 'done', due_at = NULL
    WHERE connection_id = ${place.connectionId}::uuid`.execute(h.owner.directories);
  const [first = '', second = ''] = (await tokensOf(saleId)).map(({ digits }) => digits);
  const meter = testMeter(h, place.meterPan);
  assert.equal(await meter.type(first), 'keyChangePart');
  h.clock.nowMs += 11 * 60_000;
  assert.equal(await meter.type(second), 'keyChangePart', 'the first was dropped');
  assert.equal(await meter.type(first), 'keyChanged');
  await assertHolds(place, ['123456', '02', 1]);
  assert.deepEqual(await meter.answer(), ['credit']);
  assert.equal(await stateOf(saleId), 'delivered');
  await assertAllLaws(h);
});

test('a default key, or one that no change leads to, refuses the sale by name', async () => {
  await h.database.inUtility(h.utilityId, async (tx) => {
    const bytes = Uint8Array.from(Buffer.from('cdcdcdcdcdcdcdcd', 'hex'));
    const key = { ...testVendingKey, bytes };
    await h.onboarding.loadVendingKey(tx, h.utilityId, { ...key, keyRevision: 6, keyType: 1 });
    await h.onboarding.loadVendingKey(tx, h.utilityId, { ...key, keyRevision: 7, baseDate: 93 });
  });
  const toDefault = await behind({ group: '123456', index: '01', revision: 6 });
  assert.equal(await stateOf(await buy(toDefault)), 'defaultKey');
  const backwards = await behind({ group: '123456', index: '01', revision: 7 });
  assert.equal(await stateOf(await buy(backwards)), 'keyChangeNotAllowed');
});

test('a key that meters hold is listed for a year before its token identifiers are used up', async () => {
  const at = (nowMs: number) =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const o = { utilityId: h.utilityId, nowMs };
      const rows = await h.services.keyLoading.listKeys(tx, o);
      const listed = rows.filter((row) => row.endsSoon);
      assert.equal(await endingKeys(tx, o), listed.length);
      const mine = (row: (typeof rows)[number]) =>
        row.supplyGroupCode === '123456' && row.keyRevision === 1;
      assert.equal(rows.find(mine)?.expiresAt.slice(0, 10), '2045-11-24');
      return listed.some(mine);
    });
  assert.equal(await at(Date.UTC(2044, 10, 23)), false);
  assert.equal(await at(Date.UTC(2044, 10, 26)), true);
  assert.equal(await at(Date.UTC(2046, 0, 1)), true, 'it has ended');
  const unheld = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.keyLoading.listKeys(tx, { utilityId: h.utilityId, nowMs: Date.UTC(2066, 0, 1) }),
  );
  assert.equal(unheld.find((row) => row.keyRevision === 3)?.endsSoon, false, 'no meter holds it');
});
