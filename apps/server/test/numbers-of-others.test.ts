// Meter numbers are unique across utilities. Whoever tries one of another utility's is told that it
// cannot be used here, on every way by which a meter comes in, and never that somebody has it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { operatorNamed } from './control-harness.ts';
import { meterPanOf, newTestUuid, testUtility } from './harness.ts';
import {
  asked,
  base,
  bringable,
  closeDesk,
  detailOf,
  does,
  h,
  newMeterJob,
  openDesk,
  opened,
  people,
  refusalOf,
  take,
} from './install-harness.ts';
import { runJobs } from './jobs.ts';

const theirs = meterPanOf(7_001);
const told = /another utility|registered|exists/i;

before(async () => {
  await openDesk();
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Beyond the river' });
  await h.owner.directories
    .insertInto('meter_directory')
    .values({
      meter_pan: theirs,
      utility_id: utilityId,
      bucket: 1,
      connection_id: newTestUuid(),
      meter_id: newTestUuid(),
    })
    .execute();
});
after(closeDesk);

const particulars = {
  encryptionAlgorithm: 'ea07',
  supplyGroupCode: '123456',
  tariffIndex: '01',
  keyRevision: 1,
};
const home = {
  name: 'Stall 41',
  address: '1 Market Road',
  customer: null,
};

test('an install job and an exchange refuse the number without a word about its holder', async () => {
  const { connectionId, meterPan } = await h.addConnection();
  const id = idFromUuid('connection', connectionId);
  const meter = { ...bringable, meterPan: theirs };
  const tariffVersionId = idFromUuid('tariff', h.tariffId);
  for (const body of [
    { kind: 'exchange', connectionId: id, meter },
    { kind: 'newConnection', connection: { ...home, tariffVersionId }, meter },
  ]) {
    const refused = refusalOf(await people.operator.postJson(base, { ...opened(), ...body }));
    assert.equal(refused.code, 'meterNumberUnusable');
    assert.doesNotMatch(refused.detail, told);
  }
  const exchange = await people.administrator.postJson(
    `/api/operator/connections/${id}/meter-exchange`,
    {
      ...asked(),
      reason: 'The display of the old meter is broken.',
      oldMeterPan: meterPan,
      meter: { ...particulars, meterPan: theirs, secretSha256: null },
      balance: { from: 'stated', energyWh: '0', creditedWh: '0' },
    },
  );
  const refused = refusalOf(exchange);
  assert.equal(refused.code, 'meterNumberUnusable');
  assert.doesNotMatch(refused.detail, told);
});

test('a technician at a registered meter reads the number: for this utility it is nobody’s', async () => {
  const job = await newMeterJob(await h.addConnection());
  await take(job);
  const seen = await does(job, { act: 'identify', meterPan: theirs, by: 'scan' });
  assert.match(JSON.stringify(seen.history), /No meter with this number is registered/);
});

test('a technician who brings a meter of that number is told not to leave it', async () => {
  const tariffVersionId = idFromUuid('tariff', h.tariffId);
  const connection = { ...home, tariffVersionId };
  const meter = { ...bringable, meterPan: null };
  const job = detailOf(
    await people.operator.postJson(base, { ...opened(), kind: 'newConnection', connection, meter }),
  );
  await take(job);
  const seen = await does(job, { act: 'identify', meterPan: theirs, by: 'scan' });
  const words = JSON.stringify(seen.history);
  assert.match(words, /cannot be used here/);
  assert.doesNotMatch(words, /registered/);
});

test('a row of a file is refused with the number, what to do and whom to ask', async () => {
  const columns =
    'meter_number,connection_name,address,tariff,supply_group_code,tariff_index,key_revision,encryption_algorithm';
  const { name } = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tariffs').select('name').limit(1).executeTakeFirstOrThrow(),
  );
  const text = `${columns}\n${theirs},House,1 Road,${name},123456,01,1,ea07\n`;
  const received = await h.services.imports.receive(
    {
      utilityId: h.utilityId,
      kind: 'connections',
      dryRun: true,
      fileName: 'houses.csv',
      by: await operatorNamed(h, 'Sender'),
    },
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
  assert.ok(received.ok);
  await runJobs(h);
  const { faults } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('import_rows')
      .select('faults')
      .where('import_id', '=', received.value.importId)
      .executeTakeFirstOrThrow(),
  );
  const [fault] = faults as { code: string; message: string; advice: string }[];
  assert.equal(fault?.code, 'meterNumberUnusable');
  assert.doesNotMatch(`${fault?.message} ${fault?.advice}`, told);
  assert.match(fault?.advice ?? '', /ask those who run this server/);
});
