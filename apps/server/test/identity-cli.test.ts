// `prewatt meter identity, claim, pair, rotate, revoke, authority` as processes against a server;
// what they write is judged by Node's and OpenSSL's rules, not ours.

import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeRequest } from './certificate-requests.ts';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';

let h: Harness;
let served: Served;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-identity-'));
const at = (name: string): string => join(folder, name);
const ada = { email: 'ada@test.example', password: 'correct horse battery' };
const olu = { email: 'olu@test.example', password: 'correct horse battery' };
before(async () => {
  h = await createHarness();
  const http = await createHttpHarness(h);
  await http.createOperator({ ...ada, role: 'administrator' });
  await http.createOperator({ ...olu, role: 'operator' });
  await http.close();
  served = await serve(h);
});
after(async () => {
  await served.close();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

const meter = (name: string, ...args: string[]): Promise<CommandEnd> => as(ada, name, ...args);
const as = (who: typeof ada, name: string, ...args: string[]): Promise<CommandEnd> =>
  runCommand(['meter', name, ...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: who.email,
    PREWATT_OPERATOR_PASSWORD: who.password,
  });
const why = ['--reason', 'A test asks for it'];
const identity = async () => JSON.parse((await meter('identity', h.meterPan, '--json')).output);

test('a broker is set up before the first meter has a certificate', async () => {
  const lists = await as(olu, 'authority', '--out', at('early.pem'), '--revoked', at('early.crl'));
  assert.equal(lists.code, 0, lists.errors);
  assert.ok(new X509Certificate(readFileSync(at('early.pem'), 'utf8')).ca);
  assert.match(readFileSync(at('early.crl'), 'utf8'), /^-----BEGIN X509 CRL-----/);
});

test('a meter is claimed with its request, once; its identity shows what waits', async () => {
  const request = await makeRequest(h.meterPan);
  writeFileSync(at('request.pem'), request.csrPem);
  const given = [h.meterPan, '--csr', at('request.pem'), ...why, '--request-id', 'claim-of-one'];
  const refused = await as(olu, 'claim', ...given);
  assert.deepEqual([refused.code, refused.output], [1, '']);
  assert.match(refused.errors, /Only an administrator/);
  const claimed = await meter('claim', ...given, '--out', at('one'));
  assert.equal(claimed.code, 0, claimed.errors);
  const certificate = new X509Certificate(readFileSync(at('one.cert.pem'), 'utf8'));
  const authority = new X509Certificate(readFileSync(at('one.authority.pem'), 'utf8'));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(request.keyPem)));
  assert.ok(certificate.verify(authority.publicKey) && certificate.checkIssued(authority));
  // The same again prints the same one; another claim is refused and says what to do.
  const again = await meter('claim', ...given);
  assert.ok(again.output.includes(certificate.toString().trim()));
  const twice = await meter('claim', h.meterPan, '--csr', at('request.pem'), ...why);
  assert.equal(twice.code, 1);
  assert.match(twice.errors, /pair it with a certificate/);
  const shown = await meter('identity', h.meterPan);
  assert.match(shown.output, /proves itself with: a secret/);
  assert.match(shown.output, /certificate [0-9a-f]{16} {2}waits for its first use/);
  const { certificates, rotating, history } = await identity();
  assert.equal(certificates[0].serial, certificate.serialNumber.toLowerCase());
  assert.deepEqual([rotating, history[0].act, history[0].by], [true, 'certified', 'An operator']);
});

test('a pairing makes the key once, into a file of its owner, and never prints it', async () => {
  const wrong = await meter('pair', h.meterPan, '--make', '--csr', 'x', ...why);
  assert.equal(wrong.code, 2);
  assert.match(wrong.errors, /one of --csr, --make and --secret-file/);
  const given = [h.meterPan, '--make', '--out', at('two'), ...why, '--request-id', 'pair-of-two'];
  const paired = await meter('pair', ...given, '--json');
  assert.equal(paired.code, 0, paired.errors);
  assert.doesNotMatch(paired.output, /PRIVATE/);
  assert.equal(statSync(at('two.key.pem')).mode & 0o777, 0o600);
  const certificate = new X509Certificate(readFileSync(at('two.cert.pem'), 'utf8'));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(at('two.key.pem'), 'utf8'))));
  const taken = await meter('pair', ...given);
  assert.match(taken.errors, /two\.key\.pem is there already/);
  const elsewhere = [h.meterPan, '--make', '--out', at('three'), ...why];
  const again = await meter('pair', ...elsewhere, '--request-id', 'pair-of-two');
  assert.match(again.errors, /shown once/);
  // It takes the place of the one that waited.
  const states = (await identity()).certificates.map((each: { state: string }) => each.state);
  assert.deepEqual(states.toSorted(), ['replaced', 'waiting']);
});

test('rotate, revoke and pair with a secret say how things stand; brokers get their lists', async () => {
  const rotated = await meter('rotate', h.meterPan, ...why);
  assert.match(rotated.output, /a new identity is on its way/);
  const revoked = await meter('revoke', h.meterPan, ...why);
  assert.match(revoked.output, /\(revoked\)/);
  const certified = await meter('pair', h.meterPan, '--make', '--out', at('after'), ...why);
  assert.equal(certified.code, 0, certified.errors);
  // What was revoked does not live again until the certificate is used, and is not said to.
  const waits = await meter('identity', h.meterPan);
  assert.match(
    waits.output,
    /nothing yet; what it had was revoked\n.*\na certificate waits for its/,
  );
  assert.doesNotMatch(waits.output, /the old one works/);
  writeFileSync(at('secret'), 'a secret from another factory\n');
  const paired = await meter('pair', h.meterPan, '--secret-file', at('secret'), ...why);
  assert.equal(paired.code, 0, paired.errors);
  assert.doesNotMatch(paired.output, /\(revoked\)|another factory/);
  const claim = { clientId: h.meterPan, name: h.meterPan, certificate: null };
  const password = Buffer.from('a secret from another factory');
  assert.equal(await h.services.mayConnect({ ...claim, password }), true);
  const lists = await meter('authority', '--out', at('ca.pem'), '--revoked', at('crl.pem'));
  assert.equal(lists.code, 0, lists.errors);
  assert.ok(new X509Certificate(readFileSync(at('ca.pem'), 'utf8')).ca);
  assert.match(readFileSync(at('crl.pem'), 'utf8'), /^-----BEGIN X509 CRL-----/);
});

/** What systemd runs, with other places for its files. */
function commandOfUnit(): readonly string[] {
  const unit = new URL('../../../deploy/systemd/prewatt-authority.service', import.meta.url);
  const [, line = ''] =
    /^ExecStart=\S+ apps\/cli\/src\/main\.ts (.*)$/m.exec(readFileSync(unit, 'utf8')) ?? [];
  const { uid, gid } = userInfo();
  const places: Record<string, string> = {
    '/etc/mosquitto/certs/meters.pem': at('meters.pem'),
    '/etc/mosquitto/certs/revoked.pem': at('revoked.pem'),
    'root:mosquitto': `${uid}:${gid}`,
  };
  return line.split(' ').map((word) => places[word] ?? word);
}

test('the unit of the timer is safe to repeat, and leaves whole files with their mode', async () => {
  const words = commandOfUnit();
  assert.deepEqual(words.slice(0, 2), ['meter', 'authority']);
  const environment = {
    PREWATT_SERVER: served.url,
    PREWATT_OPERATOR_EMAIL: olu.email,
    PREWATT_OPERATOR_PASSWORD: olu.password,
  };
  for (let day = 0; day < 2; day += 1) {
    const { code, errors } = await runCommand(words, environment);
    assert.equal(code, 0, errors);
    for (const name of ['meters.pem', 'revoked.pem']) {
      assert.equal(statSync(at(name)).mode & 0o777, 0o640);
    }
    assert.ok(new X509Certificate(readFileSync(at('meters.pem'), 'utf8')).ca);
    assert.match(readFileSync(at('revoked.pem'), 'utf8'), /^-----BEGIN X509 CRL-----/);
  }
  const before = readFileSync(at('meters.pem'));
  const unknown = await runCommand([...words.slice(0, -4), '--owner', 'nobody-here'], environment);
  assert.equal(unknown.code, 1);
  assert.match(unknown.errors, /this machine knows no owner "nobody-here"/);
  assert.deepEqual(readFileSync(at('meters.pem')), before);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('identities lists all meters and narrows them; the days that count as near are set there', async () => {
  const all = await meter('identities', '--json');
  assert.equal(all.code, 0, all.errors);
  const { rows, counts, warnDays } = JSON.parse(all.output);
  assert.deepEqual(
    rows.map((row: { meterPan: string; kind: string }) => [row.meterPan, row.kind]),
    [[h.meterPan, 'secret']],
  );
  assert.deepEqual([counts, warnDays], [{ ending: 0, ended: 0, failed: 0 }, 30]);
  const shown = await meter('identities', '--state', 'all', '--search', h.meterPan);
  assert.match(shown.output, /a secret {2}since .*\nend within 30 days: 0 {2}ended: 0/);
  assert.match((await meter('identities', '--state', 'revoked')).output, /^none\n/);
  const wrong = await meter('identities', '--state', 'odd');
  assert.equal(wrong.code, 2);
  assert.match(wrong.errors, /one of all, ending/);
  assert.equal((await meter('identity-warning', '--days', '45')).code, 2);
  const set = ['--days', '45', ...why, '--request-id', 'days-of-near'];
  assert.match((await as(olu, 'identity-warning', ...set)).errors, /Only an administrator/);
  for (let i = 0; i < 2; i += 1) {
    const answer = await meter('identity-warning', ...set);
    assert.match(
      answer.output,
      /^45 days before its end a certificate .*\n.*An operator {2}30 to 45: A test asks/,
    );
  }
  const now = JSON.parse((await as(olu, 'identity-warning', '--json')).output);
  assert.deepEqual([now.days, now.history.length], [45, 1]);
});
