import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { countRows } from './vendor-harness.ts';

const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const email = 'administrator@test.example';
const second = 'second@test.example';
const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let server: string;

before(async () => {
  h = await createHarness();
  const port = await freePort();
  server = `http://127.0.0.1:${port}`;
  http = await createHttpHarness(h, { publicUrl: server });
  await http.createOperator({ email, password, role: 'administrator' });
  await http.createOperator({ email: second, password, role: 'administrator' });
  await http.app.listen({ host: '127.0.0.1', port });
});
after(async () => {
  await http.close();
  await h.close();
});

/** Sign-in checks the address by which it is reached, so the port must be known before. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** `prewatt vendor …` as a process, against the server of this test. */
async function prewatt(args: string[], secret = password) {
  return asOperator(['vendor', ...args], { email, secret });
}

/** The second person allows what the output says that it waits for. */
async function allow(output: string): Promise<void> {
  const [approvalId = ''] = /approval_[0-9a-f-]{36}/.exec(output) ?? [];
  const by = { email: second, secret: password };
  const done = await asOperator(['approval', 'approve', approvalId], by);
  assert.equal(done.exitCode, 0, done.errors);
}

async function asOperator(args: string[], who: { email: string; secret: string }) {
  const child = spawn(process.execPath, [main, ...args, '--server', server], {
    env: {
      ...process.env,
      PREWATT_OPERATOR_EMAIL: who.email,
      PREWATT_OPERATOR_PASSWORD: who.secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, out, errors };
}

const till = (key: string, path: string, payload: object) =>
  http.app.inject({
    method: 'POST',
    url: `/api/vendor/v1${path}`,
    headers: { authorization: `Bearer ${key}` },
    payload,
  });

test('an operator sets up a vendor on the command line, and its till sells', async () => {
  const created = await prewatt([
    ...['create', 'Kiosk', '--commission-percent', '1.5', '--float-limit', '10.50'],
    ...['--tokens-per-hour', '60', '--kwh-per-hour', '900'],
  ]);
  assert.equal(created.exitCode, 0, created.errors);
  assert.match(created.out, /float ZAR 0\.00, may not go below zero\n {2}commission 1\.5 %/);
  assert.match(created.out, /waits for approval by a second person/);
  await allow(created.out);
  const asksForKey = ['key', 'Kiosk', '--label', 'Till 1', '--request-id', 'kiosk-till-1'];
  const asked = await prewatt(asksForKey);
  assert.match(asked.out, /waits for approval by a second person[\s\S]*--request-id kiosk-till-1/);
  await allow(asked.out);
  const key = (await prewatt(asksForKey)).out.trim();
  assert.match(key, /^pwv_[0-9a-f-]{36}_[0-9a-f]{64}$/);
  const money = ['deposit', 'Kiosk', '--amount', '100', '--reference', 'Slip 1'];
  const [first, again] = [await prewatt(money), await prewatt(money)];
  assert.deepEqual([first.exitCode, again.out], [0, first.out]);
  await till(key, '/shifts', {});
  const sale = { requestId: 'kiosk-sale', meterPan: h.meterPan, amountMinor: '11000' };
  assert.equal((await till(key, '/sales', sale)).statusCode, 200);
  const statement = await prewatt(['statement', 'Kiosk', '--json']);
  assert.equal(JSON.parse(statement.out).closingMinor, '-835', '100.00 - 110.00 + 1.65');
  assert.match(
    (await prewatt(['show', 'Kiosk'])).out,
    /shift 2026-11-24 10:00: 1 sale, ZAR 110\.00, open/,
  );
  assert.match((await prewatt(['block', 'Kiosk', '--reason', 'Gone'])).out, /blocked: Gone/);
  assert.equal((await till(key, '/sales', { ...sale, requestId: 'blocked1' })).statusCode, 403);
  assert.match((await prewatt(['unblock', 'Kiosk'])).out, /may sell/);
  const set = await prewatt(['set', 'Kiosk', '--float-limit', '20']);
  assert.match(set.out, /ZAR 10\.50 below zero[\s\S]*waits for approval by a second person/);
  await allow(set.out);
  assert.match((await prewatt(['show', 'Kiosk'])).out, /ZAR 20\.00 below zero/);
  const large = await prewatt(['deposit', 'Kiosk', '--amount', '60000', '--reference', 'Slip 2']);
  assert.match(large.out, /waits for approval by a second person/);
  const keyId = `key_${key.split('_')[1]}`;
  assert.equal((await prewatt(['revoke', 'Kiosk', keyId])).exitCode, 0);
  assert.equal((await till(key, '/sales', sale)).statusCode, 401);
});

test('what is wrong is said, with an exit code, and changes nothing', async () => {
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.managing.create(tx, h.utilityId, {
      requestId: 'make-shop',
      name: 'Shop',
      commissionBasisPoints: 0,
      floatLimitMinor: 0n,
      tokensPerHour: 1,
      energyPerHourWh: 1n,
    }),
  );
  const rowsBefore = await countRows(h);
  const cases: [string[], number, RegExp][] = [
    [['show', 'Nobody'], 1, /there is no vendor "Nobody"/],
    [['deposit', 'Shop', '--amount', '5,5', '--reference', 'x'], 2, /no amount of ZAR/],
    [['set', 'Shop', '--commission-percent', '101'], 1, /^--commission-percent: /m],
  ];
  for (const [args, exitCode, words] of cases) {
    const result = await prewatt(args);
    assert.equal(result.exitCode, exitCode, args.join(' '));
    assert.match(result.errors, words);
  }
  const signedOut = await prewatt(['list'], 'another password');
  assert.deepEqual([signedOut.exitCode, signedOut.out], [1, '']);
  assert.match(signedOut.errors, /wrong email or password/);
  assert.deepEqual(await countRows(h), rowsBefore);
});
