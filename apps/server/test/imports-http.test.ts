import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  exportKinds,
  type ImportJson,
  importPageSchema,
  importRowPageSchema,
  importSchema,
} from '@prewatt/api';
import { parse } from 'csv-parse/sync';
import type { LightMyRequestResponse } from 'fastify';
import { createHarness, type Harness, meterPanOf, succeeded, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, publicUrl, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';

let h: Harness;
let http: HttpHarness;
const visitors = new Map<string, Visitor>();
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [name, role, utilityId] of [
    ['administrator', 'administrator', h.utilityId],
    ['operator', 'operator', h.utilityId],
    ['viewer', 'viewer', h.utilityId],
    ['other', 'administrator', otherId],
  ] as const) {
    const email = `${name}@test.example`;
    const password = `a long password of ${name}`;
    await http.createOperator({ email, password, role, utilityId });
    const visitor = new Visitor(http.app);
    const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
    assert.equal(answer.statusCode, 200);
    visitors.set(name, visitor);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (name: string): Visitor => {
  const visitor = visitors.get(name);
  assert.ok(visitor !== undefined);
  return visitor;
};

const cookiesOf = (name: string): string =>
  [...as(name).cookies].map(([key, value]) => `${key}=${value}`).join('; ');

function sendFile(
  name: string,
  query: string,
  payload: string | Buffer,
): Promise<LightMyRequestResponse> {
  return http.app.inject({
    method: 'POST',
    url: `/api/operator/imports?${query}`,
    headers: { cookie: cookiesOf(name), 'content-type': 'text/csv', origin: publicUrl },
    payload,
  });
}

const balances = (amount: string): string =>
  `meter_number,amount\n${h.meterPan},${amount}\n${meterPanOf(77)},1\n`;

test('a file is sent, watched, and what was refused is read', async () => {
  const sent = await sendFile(
    'administrator',
    'kind=openingBalances&dryRun=false&fileName=a.csv',
    balances('10.00'),
  );
  assert.equal(sent.statusCode, 202, sent.body);
  const { importId, state } = importSchema.parse(sent.json());
  assert.equal(state, 'queued');
  await runJobs(h);
  const url = `/api/operator/imports/${importId}`;
  const status = importSchema.parse((await as('viewer').get(url)).json());
  assert.deepEqual(status.rows, { total: 2, created: 1, unchanged: 0, refused: 1, waiting: 0 });
  assert.equal(status.requestedBy, 'An operator');
  const refused = importRowPageSchema.parse(
    (await as('viewer').get(`${url}/rows?outcome=refused`)).json(),
  );
  assert.deepEqual(
    refused.rows.map((row) => [row.line, row.faults[0]?.code]),
    [[3, 'connectionUnknown']],
  );
  const again = await sendFile(
    'administrator',
    'kind=openingBalances&dryRun=false&fileName=b.csv',
    balances('10.00'),
  );
  assert.equal(again.statusCode, 200);
  assert.equal(again.json().importId, importId);
  const list = importPageSchema.parse((await as('operator').get('/api/operator/imports')).json());
  assert.deepEqual(
    list.rows.map((row) => row.importId),
    [importId],
  );
  assert.equal((await as('administrator').postJson(`${url}/cancel`, {})).statusCode, 409);
  const resumed = await as('administrator').postJson(`${url}/resume`, {});
  assert.equal((resumed.json() as ImportJson).state, 'queued');
});

test('only an administrator writes; an operator rehearses; a viewer reads', async () => {
  const query = 'kind=openingBalances&fileName=a.csv';
  const statusOf = async (name: string, dryRun: boolean) =>
    (await sendFile(name, `${query}&dryRun=${dryRun}`, balances('11.00'))).statusCode;
  assert.equal(await statusOf('operator', false), 403);
  assert.equal(await statusOf('operator', true), 202);
  assert.equal(await statusOf('viewer', true), 403);
  assert.equal((await sendFile('viewer', 'x=y', '')).statusCode, 400);
  const url = '/api/operator/exports/customers';
  assert.equal((await as('viewer').get(url)).statusCode, 403);
  assert.equal((await new Visitor(http.app).get(url, 'application/json')).statusCode, 401);
  const nobody = await http.app.inject({
    method: 'POST',
    url: `/api/operator/imports?${query}&dryRun=true`,
    headers: { 'content-type': 'text/csv' },
    payload: balances('12.00'),
  });
  assert.equal(nobody.statusCode, 401);
  const elsewhere = await http.app.inject({
    method: 'POST',
    url: `/api/operator/imports?${query}&dryRun=true`,
    headers: {
      cookie: cookiesOf('administrator'),
      'content-type': 'text/csv',
      origin: 'https://evil.example',
    },
    payload: balances('12.00'),
  });
  assert.equal(elsewhere.statusCode, 403);
});

test('another utility sees neither imports nor exports of this one', async () => {
  const mine = importPageSchema.parse((await as('operator').get('/api/operator/imports')).json());
  assert.ok(mine.rows.length > 0);
  for (const { importId } of mine.rows) {
    for (const path of ['', '/rows']) {
      const answer = await as('other').get(`/api/operator/imports/${importId}${path}`);
      assert.equal(answer.statusCode, 404);
    }
    const cancel = await as('other').postJson(`/api/operator/imports/${importId}/cancel`, {});
    assert.equal(cancel.statusCode, 404);
  }
  assert.deepEqual((await as('other').get('/api/operator/imports')).json().rows, []);
  for (const kind of exportKinds) {
    const answer = await as('other').get(`/api/operator/exports/${kind}`);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.body.trim().split('\n').length, 1, kind);
  }
});

test('what is no such file, kind or import is a problem in words', async () => {
  const send = async (query: string, payload: string | Buffer = 'meter_number,amount\n1,2\n') => {
    const answer = await sendFile('administrator', query, payload);
    assert.match(String(answer.headers['content-type']), /problem/);
    return [answer.statusCode, answer.json().code];
  };
  const good = 'kind=openingBalances&dryRun=true&fileName=a.csv';
  assert.deepEqual(await send(`${good}&more=1`), [400, 'badRequest']);
  assert.deepEqual(await send(good.replace('openingBalances', 'money')), [400, 'badRequest']);
  assert.deepEqual(await send(good.replace('a.csv', '')), [400, 'badRequest']);
  assert.deepEqual(await send(good, 'a,b\n'), [422, 'columnUnknown']);
  assert.deepEqual(await send(good, Buffer.from([0xff])), [422, 'notUtf8']);
  const large = Buffer.alloc(33 * 1024 * 1024, 65);
  assert.deepEqual(await send(good, large), [413, 'fileTooLarge']);
  const json = await as('administrator').postJson(`/api/operator/imports?${good}`, {});
  assert.equal(json.statusCode, 400);
  for (const path of ['imports/import_x', 'imports/../x', 'exports/tokens']) {
    assert.equal((await as('administrator').get(`/api/operator/${path}`)).statusCode, 404, path);
  }
  const url = '/api/operator/exports/sales?after=';
  for (const after of ['x', 'sale_00000000-0000-7000-8000-000000000000']) {
    assert.equal((await as('administrator').get(url + after)).statusCode, 400);
  }
});

type Csv = { readonly header: readonly string[]; readonly rows: readonly Record<string, string>[] };

async function exported(kind: string, after = ''): Promise<Csv> {
  const query = after === '' ? '' : `?after=${after}`;
  const answer = await as('operator').get(`/api/operator/exports/${kind}${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.match(String(answer.headers['content-type']), /^text\/csv; charset=utf-8/);
  assert.equal(answer.headers['x-prewatt-time-zone'], 'Africa/Johannesburg');
  const lines: string[][] = parse(answer.body);
  const [header = [], ...rest] = after === '' ? lines : [[], ...lines];
  return {
    header,
    rows: rest.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i] ?? i, cell]))),
  };
}

test('the books leave as CSV: a sale with its payment and transfers adds up', async () => {
  const quoted = await h.services.vending.makeQuote(h.place, 5_000n);
  assert.ok(quoted.ok);
  const started = await h.services.payments.startPurchase(h.place, {
    ...quoted.value,
    requestId: 'request-1',
  });
  assert.ok(started.ok, JSON.stringify(started));
  const { rows: open } = await exported('payments');
  const reference = open[0]?.['payment_id'] ?? '';
  const notified = await h.services.payments.notification(
    'sandbox',
    succeeded(reference, 5_000n, 'REF-1'),
    () => undefined,
  );
  assert.ok(notified.ok, JSON.stringify(notified));
  const sales = await exported('sales');
  const [sale] = sales.rows;
  assert.equal(sale?.['meter_number'], h.meterPan);
  assert.match(sale?.['paid_at'] ?? '', /^2026-11-24T10:00:00\+02:00$/);
  const minor = (name: string): number => Math.round(Number(sale?.[name]) * 100);
  const parts = ['for_energy', 'for_tax', 'for_fees', 'for_arrears', 'remainder'];
  assert.equal(
    minor('amount') + minor('brought_forward'),
    parts.map(minor).reduce((sum, each) => sum + each, 0),
  );
  const { rows: transfers } = await exported('transfers');
  assert.ok(transfers.some((row) => row['reason'] === 'payment' && row['amount'] === '50.00'));
  assert.ok(transfers.some((row) => row['reason'] === 'openingBalance'));
  // Behind any of them go on those behind it, in the middle of a posting, too.
  const ids = transfers.map((row) => row['transfer_id'] ?? '');
  assert.equal(new Set(ids).size, ids.length);
  for (const [i, id] of ids.entries()) {
    const behind = await exported('transfers', id);
    assert.deepEqual(
      behind.rows.map((row) => row['0']),
      ids.slice(i + 1),
    );
  }
  const { rows: payments } = await exported('payments');
  assert.equal(payments[0]?.['provider_reference'], 'REF-1');
});

test('a name that is a formula leaves with an apostrophe and comes back without', async () => {
  await h.addConnection({
    name: '=HYPERLINK("http://evil.example","x")',
    address: "@SUM(1+1)*cmd|' /C calc'!A0",
    customer: { name: '-2+3', phone: '+27825550199' },
    convertedAtMs: h.clock.nowMs,
    debts: [{ label: '+label', outstandingMinor: 500n, rule: { share: '20' } }],
  });
  const first = await as('operator').get('/api/operator/exports/connections');
  for (const cell of (parse(first.body) as string[][]).flat()) {
    assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  }
  assert.match(first.body, /,2026-11-24,/, 'the day of its conversion');
  for (const kind of ['connections', 'arrears', 'openingBalances']) {
    const file = await as('operator').get(`/api/operator/exports/${kind}`);
    const sent = await sendFile(
      'operator',
      `kind=${kind}&dryRun=true&fileName=back.csv`,
      file.body,
    );
    assert.equal(sent.statusCode, 202, sent.body);
    await runJobs(h);
    const url = `/api/operator/imports/${sent.json().importId}`;
    const { rows } = importSchema.parse((await as('operator').get(url)).json());
    const faults = (await as('operator').get(`${url}/rows?outcome=refused`)).body;
    assert.equal(rows.unchanged, rows.total, faults);
    assert.ok(rows.total > 0);
  }
});

test('pages join without a seam, and a broken download goes on after its last row', async () => {
  await h.database.inUtility(h.utilityId, async (tx) => {
    for (let n = 0; n < 1_100; n += 1) {
      await h.onboarding.createConnection(tx, h.utilityId, {
        name: `Row ${n}`,
        address: 'x',
        customer: null,
        tariffId: h.tariffId,
        debts: [],
        meter: {
          meterPan: meterPanOf(5_000 + n),
          encryptionAlgorithm: 'ea07',
          supplyGroupCode: '123456',
          tariffIndex: '01',
          keyRevision: 1,
          mqttSecret: null,
        },
      });
    }
  });
  const all = await exported('connections');
  const ids = all.rows.map((row) => row['connection_id'] ?? '');
  assert.ok(ids.length >= 1_102);
  assert.equal(new Set(ids).size, ids.length);
  const rest = await exported('connections', ids[600]);
  assert.deepEqual(
    rest.rows.map((row) => row['0']),
    ids.slice(601),
  );
  const customers = await exported('customers');
  assert.ok(customers.rows.length < ids.length);
  assert.ok(customers.rows.every((row) => row['customer_phone']?.startsWith("'+")));
});
