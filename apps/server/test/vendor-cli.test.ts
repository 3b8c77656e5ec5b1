import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { countRows } from './vendor-harness.ts';
import { createAuthority } from './xmlvend-harness.ts';

const email = 'administrator@test.example';
const second = 'second@test.example';
const password = 'a long enough password';
let h: Harness;
let served: Served;

before(async () => {
  h = await createHarness();
  served = await serve(h);
  await served.http.createOperator({ email, password, role: 'administrator' });
  await served.http.createOperator({ email: second, password, role: 'administrator' });
});
after(async () => {
  await served.close();
  await h.close();
});

const asOperator = (
  args: string[],
  who: { readonly email: string; readonly secret: string },
): Promise<CommandEnd> =>
  runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: who.email,
    PREWATT_OPERATOR_PASSWORD: who.secret,
  });

const prewatt = (args: string[], secret = password): Promise<CommandEnd> =>
  asOperator(['vendor', ...args], { email, secret });

/** The second person allows what the output says that it waits for. */
async function allow(output: string): Promise<void> {
  const [approvalId = ''] = /approval_[0-9a-f-]{36}/.exec(output) ?? [];
  const by = { email: second, secret: password };
  const done = await asOperator(['approval', 'approve', approvalId], by);
  assert.equal(done.code, 0, done.errors);
}

const till = (key: string, path: string, payload: object) =>
  served.http.app.inject({
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
  assert.equal(created.code, 0, created.errors);
  assert.match(created.output, /float ZAR 0\.00, may not go below zero\n {2}commission 1\.5 %/);
  assert.match(created.output, /waits for approval by a second person/);
  await allow(created.output);
  const asksForKey = ['key', 'Kiosk', '--label', 'Till 1', '--request-id', 'kiosk-till-1'];
  const asked = await prewatt(asksForKey);
  assert.match(
    asked.output,
    /waits for approval by a second person[\s\S]*--request-id kiosk-till-1/,
  );
  await allow(asked.output);
  const key = (await prewatt(asksForKey)).output.trim();
  assert.match(key, /^pwv_[0-9a-f-]{36}_[0-9a-f]{64}$/);
  const money = ['deposit', 'Kiosk', '--amount', '100', '--reference', 'Slip 1'];
  const [first, again] = [await prewatt(money), await prewatt(money)];
  assert.deepEqual([first.code, again.output], [0, first.output]);
  const other = await prewatt(money.with(3, '101'));
  assert.equal(other.code, 1);
  assert.match(other.errors, /another amount or vendor was recorded with the reference "Slip 1"/);
  assert.doesNotMatch(other.errors, /request id was used/);
  await till(key, '/shifts', {});
  const sale = { requestId: 'kiosk-sale', meterPan: h.meterPan, amountMinor: '11000' };
  assert.equal((await till(key, '/sales', sale)).statusCode, 200);
  const statement = await prewatt(['statement', 'Kiosk', '--json']);
  assert.equal(JSON.parse(statement.output).closingMinor, '-835', '100.00 - 110.00 + 1.65');
  assert.match(
    (await prewatt(['show', 'Kiosk'])).output,
    /shift 2026-11-24 10:00: 1 sale, ZAR 110\.00, open/,
  );
  assert.match((await prewatt(['block', 'Kiosk', '--reason', 'Gone'])).output, /blocked: Gone/);
  assert.equal((await till(key, '/sales', { ...sale, requestId: 'blocked1' })).statusCode, 403);
  assert.match((await prewatt(['unblock', 'Kiosk', '--reason', 'found'])).output, /may sell/);
  const set = await prewatt(['set', 'Kiosk', '--float-limit', '20']);
  assert.match(set.output, /ZAR 10\.50 below zero[\s\S]*waits for approval by a second person/);
  await allow(set.output);
  assert.match((await prewatt(['show', 'Kiosk'])).output, /ZAR 20\.00 below zero/);
  const large = await prewatt(['deposit', 'Kiosk', '--amount', '60000', '--reference', 'Slip 2']);
  assert.match(large.output, /waits for approval by a second person/);
  const file = join(mkdtempSync(join(tmpdir(), 'prewatt-terminal-')), 'shop.pem');
  writeFileSync(file, (await (await createAuthority()).pair('Kiosk')).cert);
  const terminal = await prewatt([
    ...['terminal', 'Kiosk', '--label', 'Front', '--client', '6001234000017', '--terminal', 'T-1'],
    ...['--certificate', file],
  ]);
  assert.match(terminal.output, /waits for approval[\s\S]*certificate [0-9a-f]{64}/);
  await allow(terminal.output);
  assert.match((await prewatt(['show', 'Kiosk'])).output, /Front, XMLVend 6001234000017 T-1/);
  const keyId = `key_${key.split('_')[1]}`;
  assert.equal((await prewatt(['revoke', 'Kiosk', keyId])).code, 0);
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
    assert.equal(result.code, exitCode, args.join(' '));
    assert.match(result.errors, words);
  }
  const signedOut = await prewatt(['list'], 'another password');
  assert.deepEqual([signedOut.code, signedOut.output], [1, '']);
  assert.match(signedOut.errors, /wrong email or password/);
  assert.deepEqual(await countRows(h), rowsBefore);
});
