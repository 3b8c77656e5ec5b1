// A utility from nothing, and who works for it, by the command itself on the database; then they
// sign in at the server.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { auditLogPageSchema } from '@prewatt/api';
import { sql } from 'kysely';
import pg from 'pg';
import { runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-setup-'));
const passwordFile = join(folder, 'password');
const password = 'a long enough password';
let h: Harness;
let server: Served;

before(async () => {
  h = await createHarness();
  server = await serve(h);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
});
after(async () => {
  await server.close();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

const owner = (...args: string[]) => runCommand(args, { OWNER_URL: h.ownerUrl });
const fine = async (...args: string[]): Promise<string> => {
  const { code, output, errors } = await owner(...args);
  assert.equal(code, 0, errors);
  return output;
};
const flags = (o: Record<string, string> = {}): string[] =>
  Object.entries({
    zone: 'Africa/Nairobi',
    currency: 'KES',
    least: '10',
    most: '5000.50',
    ...o,
  }).flatMap(([key, value]) => [`--${key}`, value]);
const create = (name: string, o: Record<string, string> = {}) =>
  owner('utility', 'create', name, ...flags(o));
const add = (email: string, role: string, o: { utility?: string; name?: string } = {}) =>
  owner(
    ...['operator', 'add', email, '--utility', o.utility ?? 'Court House', '--role', role],
    ...['--name', o.name ?? 'Ada', '--password-file', passwordFile],
  );
/** What the server says to them: a list of install jobs, which every role may see. */
const signedIn = (email: string, given = password) =>
  runCommand(['install', 'list', '--server', server.url], {
    PREWATT_OPERATOR_EMAIL: email,
    PREWATT_OPERATOR_PASSWORD: given,
  });
const counts = async () =>
  (
    await sql`SELECT (SELECT count(*) FROM prewatt.utilities) AS utilities,
      (SELECT count(*) FROM prewatt.operators) AS operators,
      (SELECT count(*) FROM auth."user") AS users`.execute(h.owner.directories)
  ).rows;

test('a utility is made with its money and limits, once for a name', async () => {
  const made = await create('Court House');
  assert.equal(made.code, 0, made.errors);
  assert.match(made.output, /purchases from KES 10\.00 to 5,?000\.50/);
  const again = await create('Court House');
  assert.equal(again.code, 1);
  assert.match(again.errors, /a utility of this name is there/);
  assert.match(await fine('utility', 'list'), /Court House {2}Africa\/Nairobi {2}KES/);
});

test('what no utility can be is refused with what to write, and nothing is written', async () => {
  const before = await counts();
  const rules = join(folder, 'rules.json');
  writeFileSync(rules, '{"version": 2, "friendlyHour": []}');
  const refusals: [Record<string, string>, RegExp][] = [
    [{ zone: 'Nairobi' }, /--zone Nairobi is no time zone/],
    [{ currency: 'KSH' }, /--currency KSH is no currency/],
    [{ least: '0' }, /--least is an amount above 0/],
    [{ most: '9' }, /--most is an amount .* not below --least/],
    [{ rules }, /friendlyHour/],
  ];
  for (const [change, words] of refusals) {
    const end = await create('Refused', change);
    assert.equal(end.code, 'rules' in change ? 1 : 2);
    assert.match(end.errors, words);
  }
  const nobody = await runCommand(['utility', 'list'], {});
  assert.match(nobody.errors, /OWNER_URL is missing/);
  assert.deepEqual(await counts(), before);
});

test('operators are added once, sign in at the server, and an address keeps its role', async () => {
  const added = await add('Ada@Court.test', 'administrator');
  assert.equal(added.code, 0, added.errors);
  assert.ok(!`${added.output}${added.errors}`.includes(password));
  assert.equal((await add('tom@court.test', 'technician', { name: 'Tom' })).code, 0);
  const before = await counts();
  const again = await add('ada@court.test', 'administrator');
  assert.match(again.output, /was there/);
  for (const other of [
    await add('ada@court.test', 'viewer'),
    await add('ada@court.test', 'administrator', { utility: 'Test Utility' }),
  ]) {
    assert.match(other.errors, /signs in with this address already/);
  }
  assert.match((await add('x@court.test', 'boss')).errors, /--role is administrator, operator/);
  const nowhere = await add('x@court.test', 'viewer', { utility: 'Nowhere' });
  assert.match(nowhere.errors, /no such utility/);
  assert.deepEqual(await counts(), before);
  for (const email of ['ada@court.test', 'tom@court.test']) {
    const end = await signedIn(email);
    assert.equal(end.code, 0, end.errors);
  }
  assert.match(
    await fine('operator', 'list', '--utility', 'Court House'),
    /tom@court\.test {2}tech/,
  );
});

test('a sign-in that is ended opens no more, until it gets another password', async () => {
  await fine('operator', 'end', 'tom@court.test');
  assert.match((await signedIn('tom@court.test')).errors, /wrong email or password/);
  assert.match(await fine('operator', 'list', '--utility', 'Court House'), /Tom {2}ended/);
  const other = join(folder, 'other');
  writeFileSync(other, 'another long password');
  await fine('operator', 'password', 'tom@court.test', '--password-file', other);
  assert.equal((await signedIn('tom@court.test', 'another long password')).code, 0);
  writeFileSync(other, 'too short');
  const short = await owner('operator', 'password', 'tom@court.test', '--password-file', other);
  assert.match(short.errors, /12 to 128 characters/);
  const stranger = await owner('operator', 'end', 'nobody@court.test');
  assert.match(stranger.errors, /nobody signs in with this address/);
});

test('a program left halfway is begun again: a sign-in without its operator is used', async () => {
  await sql`INSERT INTO auth."user" (id, name, email, "emailVerified")
    VALUES ('left-halfway', 'Cora', 'cora@court.test', true)`.execute(h.owner.directories);
  assert.equal((await add('cora@court.test', 'operator', { name: 'Cora' })).code, 0);
  assert.equal((await signedIn('cora@court.test')).code, 0);
});

test('what whoever keeps the database did stands in the record, beside what operators did', async () => {
  await fine('utility', 'create', 'Tower', ...flags());
  const one = { utility: 'Tower', name: 'Nia' };
  assert.equal((await add('nia@tower.example', 'administrator', one)).code, 0);
  assert.equal((await add('nia@tower.example', 'administrator', one)).code, 0, 'the same again');
  assert.equal((await add('obi@tower.example', 'operator', { ...one, name: 'Obi' })).code, 0);
  await fine('operator', 'password', 'obi@tower.example', '--password-file', passwordFile);
  await fine('operator', 'end', 'obi@tower.example');
  const as = (...args: string[]) =>
    runCommand([...args, '--server', server.url], {
      PREWATT_OPERATOR_EMAIL: 'nia@tower.example',
      PREWATT_OPERATOR_PASSWORD: password,
    });
  const kiosk = ['--float-limit', '100', '--commission-percent', '2', '--tokens-per-hour', '9'];
  const request = ['--kwh-per-hour', '90', '--request-id', 'the-kiosk-1'];
  for (const _ of ['made', 'a repeat']) {
    const made = await as('vendor', 'create', 'Kiosk', ...kiosk, ...request);
    assert.equal(made.code, 0, made.errors);
  }
  assert.equal((await as('vendor', 'block', 'Kiosk', '--reason', 'no cash-up')).code, 0);
  assert.equal((await as('export', 'sales')).code, 0);
  const listed = await as('audit-log', 'list', '--json');
  assert.equal(listed.code, 0, listed.errors);
  const { rows } = auditLogPageSchema.pick({ rows: true }).parse(JSON.parse(listed.output));
  const later = await as('audit-log', 'list', '--from', '2199-01-01', '--json');
  assert.deepEqual(JSON.parse(later.output).rows, []);
  const wrong = await as('audit-log', 'list', '--from', 'yesterday');
  assert.deepEqual([wrong.code, /--from takes a day/.test(wrong.errors)], [2, true], wrong.errors);
  // The harness's server lives on another day than the command.
  const by = (name: string) =>
    rows
      .filter((row) => row.by === name && row.act !== 'signedIn')
      .map(({ act, details }) => [act, details['reason'] ?? details['role'] ?? '']);
  assert.deepEqual(by('Nia'), [
    ['exported', ''],
    ['vendorBlocked', 'no cash-up'],
    ['vendorMade', ''],
  ]);
  assert.deepEqual(by('the database’s owner'), [
    ['operatorEnded', ''],
    ['operatorPassword', ''],
    ['operatorAdded', 'operator'],
    ['operatorAdded', 'administrator'],
    ['utilityMade', ''],
  ]);
  assert.ok(!listed.output.includes(password));
});

test('who is not the owner is told so, not that there is nobody', async () => {
  const { code, errors } = await runCommand(['utility', 'list'], { OWNER_URL: h.appUrl });
  assert.equal(code, 1);
  assert.match(errors, /prewatt_app does not own the database’s tables/);
});

test('the server’s roles get their logins from the secrets file; the owner’s password may stand in one', async () => {
  const file = join(folder, 'secrets.json');
  const passwords = {
    databasePassword: 'p@ss/word:of=16+chars',
    signInDatabasePassword: 'another one is refused',
  };
  const give = () => runCommand(['database', 'logins', '--secrets-file', file], environment);
  const url = new URL(h.ownerUrl);
  const ownerPassword = join(folder, 'owner-password');
  writeFileSync(ownerPassword, `${decodeURIComponent(url.password)}\n`);
  url.password = '';
  const environment = { OWNER_URL: url.href, OWNER_PASSWORD_FILE: ownerPassword };
  writeFileSync(file, JSON.stringify(passwords));
  const refused = await give();
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /signInDatabasePassword is missing, or no such password/);

  passwords.signInDatabasePassword = 'another-one-of-20-chars';
  writeFileSync(file, JSON.stringify(passwords));
  for (const time of ['first', 'again']) {
    const given = await give();
    assert.deepEqual([given.code, time, given.errors], [0, time, '']);
    assert.ok(!given.output.includes(passwords.databasePassword));
  }
  const signIn = async (password: string): Promise<string> => {
    const app = new URL(url);
    app.username = 'prewatt_app';
    app.password = encodeURIComponent(password);
    const client = new pg.Client({ connectionString: app.href });
    try {
      await client.connect();
      return (await client.query('SELECT current_user AS name')).rows[0].name;
    } catch (error) {
      return (error as { code?: string }).code ?? 'failed';
    } finally {
      await client.end();
    }
  };
  assert.equal(await signIn(passwords.databasePassword), 'prewatt_app');
  assert.equal(await signIn('not the password'), '28P01');
  const gone = { ...environment, OWNER_PASSWORD_FILE: join(folder, 'nothing') };
  const lost = await runCommand(['database', 'logins', '--secrets-file', file], gone);
  assert.match(lost.errors, /OWNER_PASSWORD_FILE: no password can be read/);
});

test('a database that was never migrated is named as such, with the command', async () => {
  const url = new URL(h.ownerUrl);
  url.pathname = '/postgres';
  const { code, errors } = await runCommand(['utility', 'list'], { OWNER_URL: url.href });
  assert.equal(code, 1);
  assert.match(
    errors,
    /the database was never migrated.*\nMigrate it first: prewatt database migrate/,
  );
});
