// Another master key, by the command itself: all of it or nothing, again without harm, and refused
// when something would be lost.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { expectOk } from '@prewatt/quantities';
import pg from 'pg';
import { createDatabase } from '../src/base/database.ts';
import { open, seal } from '../src/base/seal.ts';
import { openRails } from '../src/base/sealed-rails.ts';
import { sealNext, sealSecrets } from '../src/metering/drivers/dlms/secrets.ts';
import { boundToAuthority } from '../src/metering/headend/credentials/sealed-authorities.ts';
import { createKeys } from '../src/money/keys/index.ts';
import { boundTo } from '../src/money/keys/loading.ts';
import { readDecisions } from '../src/reports/proof/read-decisions.ts';
import { runCommand } from './command-line.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';

const oldKey = Buffer.alloc(32, 7);
const folder = mkdtempSync(join(tmpdir(), 'prewatt-reseal-'));
const at = (name: string): string => join(folder, name);
const component = Buffer.from('0123456789abcdef', 'hex');
const loadId = newTestUuid();
let h: Harness;
let owner: pg.Client;

before(async () => {
  h = await createHarness();
  owner = new pg.Client({ connectionString: h.ownerUrl, application_name: 'test' });
  await owner.connect();
  await owner.query('SET search_path = prewatt');
  const operatorId = newTestUuid();
  await owner.query(
    `INSERT INTO operators (id, utility_id, name, role, auth_user_id, created_at)
     VALUES ($1, $2, 'Cora', 'administrator', $3, now())`,
    [operatorId, h.utilityId, newTestUuid()],
  );
  const asker = await operatorNamed(h, 'Asker', 'operator');
  const asked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.approvals.request(tx, {
      ...{ utilityId: h.utilityId, kind: 'protectionRules', requestId: 'sealed-1' },
      ...{ payload: { document: {} }, reason: 'to be declined by another', requestedBy: asker },
    }),
  );
  assert.ok(asked.ok);
  const by = await operatorNamed(h, 'Second');
  const { approvalId } = asked.value;
  const no = { utilityId: h.utilityId, approvalId, by, reason: 'not with this document' };
  assert.ok((await h.services.approvals.decline(no)).ok);
  await owner.query(
    `INSERT INTO key_loads (id, utility_id, request_id, supply_group_code, key_revision, key_type,
       key_expiry, base_date, dkga, reason, opened_by, opened_at, state, state_at)
     VALUES ($1, $2, 'a-loading', '200001', 1, 2, 255, 14, 'dkga02', 'A test asks for it', $3, now(), 'collecting',
       now())`,
    [loadId, h.utilityId, operatorId],
  );
  await owner.query(
    `INSERT INTO key_components (load_id, ordinal, utility_id, entered_by, check_value, sealed,
       entered_at) VALUES ($1, 1, $2, $3, 'ABCDEF', $4, now())`,
    [loadId, h.utilityId, operatorId, seal(oldKey, boundTo(h.utilityId, loadId, 1), component)],
  );
  await owner.query(
    `INSERT INTO meter_authorities (utility_id, ordinal, certificate, sealed, made_at, not_after)
     VALUES ($1, 1, '\\x00', $2, now(), now())`,
    [h.utilityId, seal(oldKey, boundToAuthority(h.utilityId, 1), Buffer.alloc(40, 5))],
  );
  const meter = { utilityId: h.utilityId, meterId: h.place.meterId };
  await owner.query(
    `INSERT INTO dlms_links (bucket, meter_id, utility_id, connection_id, reach, host, port, framing, client_sap,
       server_sap, authentication, sealed, client_title, read_every_s, next_read_at, linked_at,
       sealed_next, key_change)
     VALUES ($1, $2, $3, $4, 'called', 'meter.example', 4059, 'wrapper', 17, 1, 'low', $5,
       '\\x0102030405060708', 900, now(), now(), $6, '{}')`,
    [
      ...[h.place.bucket, h.place.meterId, h.utilityId, h.place.connectionId],
      sealSecrets(oldKey, meter, { password: 'a password' }),
      sealNext(oldKey, meter, { encryptionKey: '0'.repeat(32), authenticationKey: '1'.repeat(32) }),
    ],
  );
  const secrets = { masterKey: oldKey.toString('base64'), smsApiKey: 'kept as it is' };
  writeFileSync(at('old.json'), JSON.stringify(secrets), { mode: 0o600 });
});
after(async () => {
  await owner.end();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

const reseal = (from = 'old.json', to = 'new.json') =>
  runCommand(['key', 'reseal', '--from', at(from), '--to', at(to), '--json'], {
    OWNER_URL: h.ownerUrl,
  });
const keyIn = (name: string): Buffer =>
  Buffer.from(JSON.parse(readFileSync(at(name), 'utf8')).masterKey, 'base64');
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777;
const sealedNow = async () => {
  const { rows } = await owner.query(
    `SELECT sealed FROM vending_keys UNION ALL SELECT sealed FROM key_components
     UNION ALL SELECT sealed FROM meter_authorities UNION ALL SELECT sealed FROM dlms_links
     UNION ALL SELECT sealed_next FROM dlms_links`,
  );
  return rows.map((row) => row.sealed.toString('hex')).toSorted();
};

test('while a server is connected nothing is done', async () => {
  const before = await sealedNow();
  const end = await reseal();
  assert.equal(end.code, 1, end.errors);
  assert.equal(JSON.parse(end.output).error.code, 'serverRunning');
  assert.deepEqual(await sealedNow(), before);
  await h.database.close();
  await h.owner.close();
});

test('nor while a link secret is on its way, and the meter is named', async () => {
  await owner.query('UPDATE meters SET next_secret_hash = $1', [Buffer.alloc(32, 1)]);
  // A server that was stopped just now is waited for.
  const last = new pg.Client({ connectionString: h.ownerUrl, application_name: 'prewatt' });
  await last.connect();
  const resealing = reseal();
  await pause(300);
  await last.end();
  const { error } = JSON.parse((await resealing).output);
  assert.equal(error.code, 'rotationUnderWay');
  assert.ok(error.message.includes(h.meterPan));
  await owner.query('UPDATE meters SET next_secret_hash = NULL');
});

test('a row that neither key opens leaves all others as they are', async () => {
  const before = await sealedNow();
  writeFileSync(
    at('wrong.json'),
    JSON.stringify({ masterKey: Buffer.alloc(32, 9).toString('base64') }),
  );
  const { error } = JSON.parse((await reseal('wrong.json')).output);
  assert.equal(error.code, 'doesNotOpen');
  assert.match(error.message, /123456 revision 1.*component 1 of loading/);
  assert.deepEqual(await sealedNow(), before);
  const same = JSON.parse((await reseal('old.json', 'old.json')).output);
  assert.equal(same.error.code, 'sameKey');
});

test('all of it opens under the new key alone; the same again changes nothing', async () => {
  const done = await reseal();
  assert.equal(done.code, 0, done.errors);
  const each = {
    vendingKeys: 1,
    components: 1,
    authorities: 1,
    webhookSecrets: 0,
    dlmsKeys: 2,
    lwm2mSecrets: 0,
    keptCards: 0,
    logKeys: 0,
    decisions: 1,
    already: 0,
  };
  assert.deepEqual(JSON.parse(done.output), each);
  assert.equal(statSync(at('new.json')).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(at('new.json'), 'utf8')).smsApiKey, 'kept as it is');
  const sealed = await sealedNow();
  const again = JSON.parse((await reseal()).output);
  const nothing = {
    vendingKeys: 0,
    components: 0,
    authorities: 0,
    webhookSecrets: 0,
    dlmsKeys: 0,
    lwm2mSecrets: 0,
    keptCards: 0,
    logKeys: 0,
    decisions: 0,
    already: 6,
  };
  assert.deepEqual(again, nothing);
  assert.deepEqual(await sealedNow(), sealed);
  const { rows } = await owner.query('SELECT sealed FROM key_components');
  const bound = boundTo(h.utilityId, loadId, 1);
  assert.deepEqual(open(keyIn('new.json'), bound, rows[0].sealed), component);
  assert.equal(open(oldKey, bound, rows[0].sealed), null);
  const database = createDatabase({ url: h.appUrl, maximumConnections: 1 });
  const failedUnder = (masterKey: Buffer) =>
    database.inUtility(h.utilityId, async (tx) => (await readDecisions(tx, masterKey)).failed);
  assert.deepEqual([await failedUnder(keyIn('new.json')), await failedUnder(oldKey)], [0n, 1n]);
  const of = (masterKey: Buffer) =>
    database.inUtility(h.utilityId, (tx) =>
      createKeys({ masterKey }).meterKey(
        tx,
        { ...meterDefaults, meterPan: h.meterPan },
        h.utilityId,
      ),
    );
  assert.deepEqual([(await of(keyIn('new.json'))).ok, (await of(oldKey)).ok], [true, false]);
  await database.close();
});

test('rails are sealed by the command, their key moves apart, and both go on under another key', async () => {
  const rails = { paymentProviders: [{ kind: 'daraja', passkey: 'a passkey of ours' }] };
  const plain = { masterKey: oldKey.toString('base64'), smsApiKey: 'kept', ...rails };
  writeFileSync(at('rails.json'), JSON.stringify(plain), { mode: 0o640 });
  const seal = (...more: string[]) => runCommand(['rails', 'seal', at('rails.json'), ...more], {});
  const first = await seal('--key-file', at('rails.key'));
  assert.equal(first.code, 0, first.errors);
  assert.match(first.output, /sealed: paymentProviders\n.*PREWATT_MASTER_KEY_FILE/);
  assert.deepEqual([modeOf('rails.json'), modeOf('rails.key')], [0o640, 0o600]);
  const kept = readFileSync(at('rails.json'), 'utf8');
  assert.ok(!/passkey|masterKey/.test(kept));
  const opened = (file: string, keyFile: string) =>
    expectOk(openRails(JSON.parse(readFileSync(at(file), 'utf8')), at(keyFile)), 'opened');
  assert.deepEqual(opened('rails.json', 'rails.key'), plain);
  const mail = { servers: 'another entry, written in by hand' };
  writeFileSync(at('rails.json'), JSON.stringify({ ...JSON.parse(kept), mail }));
  assert.match((await seal('--key-file', at('rails.key'))).output, /sealed: mail/);
  assert.match((await seal('--key-file', at('rails.key'))).output, /nothing new to seal/);
  assert.equal((await seal()).code, 1);
  const moved = await runCommand(
    [
      ...['key', 'reseal', '--from', at('rails.json'), '--from-key-file', at('rails.key')],
      ...['--to', at('rails-2.json'), '--to-key-file', at('rails-2.key'), '--json'],
    ],
    { OWNER_URL: h.ownerUrl },
  );
  // The database's rows went to another key before: the file is there for the next try.
  assert.equal(JSON.parse(moved.output).error.code, 'doesNotOpen');
  const { masterKey: _, ...after } = opened('rails-2.json', 'rails-2.key');
  assert.deepEqual(after, { smsApiKey: 'kept', ...rails, mail });
});
