// `prewatt bulk` against a server: rehearsed, bought once, stopped by the float and gone on with.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { assertVendorBooks, countRows, createVendor, type TestVendor } from './vendor-harness.ts';

let h: Harness;
let served: Served;
let vendor: TestVendor;
let folder: string;

before(async () => {
  h = await createHarness();
  served = await serve(h);
  // Two purchases of 50.00 and no third one.
  vendor = await createVendor(h, 'Employer', {
    commissionBasisPoints: 0,
    floatLimitMinor: 12_000n,
  });
  folder = mkdtempSync(join(tmpdir(), 'prewatt-bulk-'));
});
after(async () => {
  await served.close();
  await h.close();
  rmSync(folder, { recursive: true });
});

const bulk = (args: string[], key = vendor.key): Promise<CommandEnd> =>
  runCommand(['bulk', ...args, '--server', served.url], { PREWATT_TILL_KEY: key });
const fileOf = (name: string, rows: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, ['meter,amount,reference', ...rows, ''].join('\n'));
  return path;
};

test('a rehearsal says of each line whether it would be bought, and writes nothing', async () => {
  const file = fileOf('mixed.csv', [
    `${h.meterPan},50,P-1`,
    '600727000000000009,50,P-2',
    `${h.meterPan},0.01,P-3`,
    `${h.meterPan},50,P-1`,
  ]);
  const before = await countRows(h);
  // The server is named by the environment, as for every command.
  const done = await runCommand(['bulk', 'rehearse', file], {
    ...{ PREWATT_TILL_KEY: vendor.key, PREWATT_SERVER: served.url },
  });
  assert.equal(done.code, 1);
  assert.match(done.output, /line 3, P-2, meter 600727000000000009: unknownMeter/);
  assert.match(done.output, /line 4, P-3, .*: amountBelowMinimum/);
  assert.match(
    done.output,
    /line 5, P-1, .*: duplicateReference: A line before has this reference/,
  );
  assert.match(done.output, /1 of 4 lines can be bought: ZAR 50\.00/);
  assert.match(done.output, /the float is enough: ZAR 120\.00/);
  assert.deepEqual(await countRows(h), before);
  const refused = await bulk(['vend', file, '--result', join(folder, 'none.csv')]);
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /3 of 4 lines cannot be bought; none was bought/);
  assert.deepEqual(await countRows(h), before, 'nothing while a line is not well');
});

test('each line is bought once; where the float ends it stops, and goes on once money came', async () => {
  const file = fileOf(
    'staff.csv',
    ['S-1', 'S-2', 'S-3'].map((reference) => `${h.meterPan},50,${reference}`),
  );
  const first = join(folder, 'first.csv');
  const stopped = await bulk(['vend', file, '--result', first]);
  assert.equal(stopped.code, 1, stopped.errors);
  assert.match(stopped.output, /2 bought, 0 refused, 1 not yet/);
  assert.match(stopped.output, /pay money in first/);
  assert.equal(statSync(first).mode & 0o777, 0o600);
  const tokens = (path: string) => readFileSync(path, 'utf8').match(/\d{20}/g) ?? [];
  assert.equal(tokens(first).length, 2);

  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.managing.change(
      tx,
      vendor.vendorId,
      { commissionBasisPoints: 10_000 },
      null,
    ),
  );
  assert.match(stopped.output, /pay money in first; the same command goes on/);
  const had = tokens(first);
  const done = await bulk(['vend', file, '--result', first]);
  assert.equal(done.code, 0, done.errors + done.output);
  assert.match(done.output, /3 bought, 0 refused, 0 not yet/);
  assert.equal(statSync(first).mode & 0o777, 0o600);
  assert.deepEqual(tokens(first).slice(0, 2), had, 'the first tokens, not other ones');
  assert.equal(new Set(tokens(first)).size, 3);
  const other = fileOf('not-these.csv', [`${h.meterPan},50,T-1`]);
  const refused = await bulk(['vend', other, '--result', first]);
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /first\.csv is there and has other lines/);
  assert.equal(new Set(tokens(first)).size, 3, 'the result of other lines stays');
  await assertVendorBooks(h, vendor.vendorId);
});

test('a reference that paid for something else is refused, and a wrong key says so', async () => {
  const file = fileOf('other.csv', [`${h.meterPan},60,S-1`]);
  const done = await bulk(['vend', file, '--result', join(folder, 'other-result.csv')]);
  assert.equal(done.code, 1);
  assert.match(readFileSync(join(folder, 'other-result.csv'), 'utf8'), /refused,requestIdReused/);
  const stranger = await bulk(['rehearse', file], vendor.key.replace(/.$/, 'x'));
  assert.equal(stranger.code, 1);
  assert.match(stranger.errors, /Refused/);
  const nobody = await runCommand(['bulk', 'rehearse', file], {});
  assert.match(nobody.errors, /no key of a till/);
});
