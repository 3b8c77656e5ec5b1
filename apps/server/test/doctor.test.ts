// `prewatt doctor` on a real database, and that a start stops for the same faults.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createDatabase } from '../src/base/database.ts';
import { pendingMigrations } from '../src/base/migrate.ts';
import { awaitDatabase } from '../src/compose/await-database.ts';
import { certificateFindings } from '../src/compose/checks/file-checks.ts';
import { checkAtStart, unlessRefused } from '../src/compose/checks/index.ts';
import { publicFindings } from '../src/compose/checks/outside-checks.ts';
import { readConfig } from '../src/compose/config.ts';
import { ensureOwnCertificate } from '../src/metering/headend/index.ts';
import { freePort, runCommand } from './command-line.ts';
import { createHarness, type Harness, signInUrlOf } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-doctor-'));
const secretsFile = join(folder, 'secrets.json');
const envFile = join(folder, 'server.env');
let h: Harness;
let deaf = 0;
before(async () => {
  h = await createHarness();
  deaf = await freePort();
  writeSecrets(7);
});
after(async () => {
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

function writeSecrets(masterKeyByte: number): void {
  const secret = 'a secret of the tests, 32 bytes or more';
  const masterKey = Buffer.alloc(32, masterKeyByte).toString('base64');
  const all = { sessionSecret: secret, sandboxWebhookSecret: secret, sandboxApiKey: secret };
  const file = { ...all, masterKey, smsApiKey: secret, mqttPassword: secret };
  writeFileSync(secretsFile, JSON.stringify(file), { mode: 0o600 });
}

const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: h.appUrl,
  PREWATT_SIGN_IN_DATABASE_URL: signInUrlOf(h.ownerUrl),
  PREWATT_PUBLIC_URL: `http://127.0.0.1:${deaf}`,
  PREWATT_SANDBOX_URL: `http://127.0.0.1:${deaf}`,
  PREWATT_MQTT_PORT: String(deaf),
  PREWATT_SECRETS_FILE: secretsFile,
  ...more,
});

async function doctor(more: Record<string, string> = {}) {
  const lines = Object.entries(environment(more)).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(envFile, lines.join(''));
  const { code, output, errors } = await runCommand(
    ['doctor', '--env-file', envFile, '--json'],
    {},
  );
  assert.notEqual(output, '', errors);
  const { findings } = JSON.parse(output) as {
    findings: readonly { area: string; level: string; text: string }[];
  };
  const of = (area: string) =>
    findings.filter((found) => found.area === area).map(({ level, text }) => `${level}: ${text}`);
  return { code, of };
}
const start = (more: Record<string, string> = {}) =>
  checkAtStart(readConfig(environment(more)), { database: h.database, hardware: undefined });

test('a sound installation has no fault but what is not started, and a start goes on', async () => {
  const { code, of } = await doctor();
  assert.deepEqual(of('role'), [
    'ok: the server works as prewatt_app, bound by row-level security',
  ]);
  assert.deepEqual(of('sign-in'), ['ok: sign-ins are read as prewatt_sign_in']);
  assert.match(of('schema').join(), /^ok: \d+ migrations, all of this version$/);
  assert.match(of('keys').join(), /^ok: the master key opens all \d+ vending keys$/);
  assert.match(of('clocks').join(), /^ok: .* 0\.\d s apart$/);
  assert.equal(code, 1);
  assert.match(of('provider').join(), /^fault: .* does not answer$/);
  assert.match(of('gateway').join(), /^fault: sandbox: /);
  const warned = await start();
  assert.deepEqual([...new Set(warned.map(({ level }) => level))], ['warning']);
});

test('the rails alone are looked at without a database, by the same checks', async () => {
  const lines = Object.entries(environment({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }));
  writeFileSync(envFile, lines.map(([name, value]) => `${name}='${value}'\n`).join(''));
  const { code, output } = await runCommand(['rails', 'check', '--env-file', envFile], {});
  assert.equal(code, 1);
  assert.match(output, /^ok +secrets +.* has mode 0600$/m);
  assert.match(
    output,
    /^fault +provider +.* does not answer\n +Start the sandbox, or name a provider/m,
  );
  assert.match(output, /^fault +gateway +sandbox: /m);
  assert.doesNotMatch(output, /database|schema/);
});

test('a role that owns the tables, or is above row-level security, is refused', async () => {
  const { of } = await doctor({ DATABASE_URL: h.ownerUrl });
  assert.match(of('role').join(), /^fault: .*, whom row-level security does not bind$/);
  const owner = { ...readConfig(environment()), databaseUrl: h.ownerUrl };
  await assert.rejects(
    checkAtStart(owner, { database: h.owner, hardware: undefined }),
    /whom row-level security does not bind/,
  );
});

test('a folder of the database that is not on this machine is told', async () => {
  const { of } = await doctor({ PREWATT_DATABASE_DIR: join(folder, 'none') });
  assert.match(of('disk').join('\n'), /^warning: PREWATT_DATABASE_DIR names .*none, which is not/m);
  const there = await doctor({ PREWATT_DATABASE_DIR: folder });
  assert.doesNotMatch(there.of('disk').join('\n'), /PREWATT_DATABASE_DIR/);
});

test('another master key is found before the first sale', async () => {
  writeSecrets(9);
  try {
    const { of } = await doctor();
    assert.match(of('keys').join(), /^fault: the master key opens 0 of \d+ vending keys$/);
    await assert.rejects(start(), /Take the secrets file that belongs to this database/);
  } finally {
    writeSecrets(7);
  }
});

test('a secrets file that everybody can read, and clear text across the network, are refused', async () => {
  chmodSync(secretsFile, 0o644);
  try {
    // By `chmod 600` a server that reads it by its group would be shut out.
    await assert.rejects(start(), /every account can read .* chmod o= /s);
  } finally {
    chmodSync(secretsFile, 0o600);
  }
  const remote = { PREWATT_PUBLIC_URL: 'http://power.example' };
  await assert.rejects(start(remote), /would cross the network in clear/);
  const broker = { PREWATT_MQTT_URL: 'mqtt://broker.example' };
  await assert.rejects(start(broker), /secrets of meters would cross the network in clear/);
});

test('sign-ins that everybody’s role could read are refused', async () => {
  const { of } = await doctor({ PREWATT_SIGN_IN_DATABASE_URL: h.appUrl });
  assert.match(of('sign-in').join(), /^fault: prewatt_app may not read sign-ins$/);
});

test('a broker that is away is named, not the database', async () => {
  const { of } = await doctor({ PREWATT_MQTT_URL: `mqtts://127.0.0.1:${deaf}` });
  assert.deepEqual(of('broker'), [`fault: mqtts://127.0.0.1:${deaf}: nobody listens there`]);
});

test('a certificate that has ended, or whose key is another one, is a fault', async () => {
  const tls = join(folder, 'tls');
  await ensureOwnCertificate(tls, { hosts: ['127.0.0.1'], nowMs: 0 });
  const files = {
    PREWATT_MQTT_CERT_FILE: join(tls, 'server.pem'),
    PREWATT_MQTT_KEY_FILE: join(tls, 'server.key'),
  };
  const ended = await doctor(files);
  assert.match(ended.of('certificates').join(), /^fault: the embedded broker.s .* has ended on /);
  const other = join(folder, 'other');
  await ensureOwnCertificate(other, { hosts: ['127.0.0.1'], nowMs: Date.now() });
  const mixed = await doctor({ ...files, PREWATT_MQTT_KEY_FILE: join(other, 'server.key') });
  assert.match(mixed.of('certificates').join(), /^fault: .*server\.key is not the key of its/);
});

test('an authority that is not where the setting says is not to be renewed', async () => {
  const ca = join(folder, 'none.pem');
  const o = { name: 'the authority of the broker', certFile: ca };
  const [finding] = certificateFindings(o, 0);
  assert.match(finding?.text ?? '', /none\.pem cannot be read \(ENOENT\)$/);
  assert.match(finding?.advice ?? '', /^Let the setting name the file/);
});

test('an address whose certificate nobody here trusts is told from one that does not answer', async () => {
  const tls = join(folder, 'public');
  await ensureOwnCertificate(tls, { hosts: ['127.0.0.1'], nowMs: Date.now() });
  const [key, cert] = ['server.key', 'server.pem'].map((name) => readFileSync(join(tls, name)));
  const server = createServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    const findings = await publicFindings(
      readConfig(environment({ PREWATT_PUBLIC_URL: `https://127.0.0.1:${port}` })),
    );
    assert.match(findings[0]?.advice ?? '', /set NODE_EXTRA_CA_CERTS to the file of yours/);
  } finally {
    server.close();
  }
});

test('a proxy without a server behind it is told from another site', async () => {
  const found: string[] = [];
  for (const status of [502, 404]) {
    const server = createPlainServer((_, answer) => answer.writeHead(status).end('<html>'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const config = readConfig(environment({ PREWATT_PUBLIC_URL: `http://127.0.0.1:${port}` }));
    const [finding] = await publicFindings(config);
    found.push(`${finding?.level}: ${finding?.text} ${finding?.advice}`);
    server.close();
  }
  assert.match(found[0] ?? '', /^fault: .* no server answers it Start the server/);
  assert.match(found[1] ?? '', /^fault: .* answers 404, and it is not Prewatt/);
});

test('a database of no, an older or a newer version is told apart', async () => {
  const failing = (code: string) => async () =>
    Promise.reject(Object.assign(new Error(), { code }));
  assert.deepEqual(await pendingMigrations(failing('3F000')), { kind: 'none' });
  assert.equal((await pendingMigrations(failing('42501'))).kind, 'behind');
  const [behind, ahead] = [
    await pendingMigrations(async () => []),
    await pendingMigrations(async () => [{ name: '9999-later.sql' }]),
  ];
  assert.ok(behind.kind === 'behind' && behind.missing.length > 70);
  assert.deepEqual(ahead, { kind: 'ahead', name: '9999-later.sql' });
});

test('a database that does not let the server in may be one before any migration', async () => {
  const url = new URL(h.appUrl);
  url.username = 'no_such_role_yet';
  const { code, of } = await doctor({ DATABASE_URL: url.href });
  assert.equal(code, 1);
  assert.match(of('database').join(), /no_such_role_yet.* was never migrated .* or the password/);
  const database = createDatabase({ url: url.href, maximumConnections: 1 });
  const tell = () => undefined;
  const answer = awaitDatabase({ database, log: { warn: () => undefined }, tell });
  await assert.rejects(
    unlessRefused(answer),
    /^Error: cannot start:\n.*\n.*npx prewatt database migrate, then .*database logins/,
  );
  await database.close();
});

test('a fault of the configuration is refused with what is wrong', async () => {
  const { code, errors } = await runCommand(['doctor'], { PREWATT_HTPT_PORT: '1' });
  assert.equal(code, 1);
  assert.match(errors, /PREWATT_HTPT_PORT: not a name the server knows/);
});
