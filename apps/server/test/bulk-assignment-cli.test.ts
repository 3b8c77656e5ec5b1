// `prewatt tariff assign` and `assignment` as processes against a server.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';

let h: Harness;
let served: Served;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-assign-'));
const password = 'correct horse battery';
before(async () => {
  h = await createHarness();
  const http = await createHttpHarness(h);
  await http.createOperator({ email: 'op@test.example', password, role: 'operator' });
  await http.createOperator({ email: 'two@test.example', password, role: 'administrator' });
  await http.close();
  const document = { ...demoTariff, id: 'shops', effectiveFrom: '2026-01-01', examples: [] };
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, { name: 'Shops', document }),
  );
  served = await serve(h);
});
after(async () => {
  await served.close();
  await h.close();
});

/** The command, while a worker does what it asks for. */
async function prewatt(...args: string[]): Promise<CommandEnd> {
  const isApprove = args[0] === 'approval';
  let ended = false;
  const end = runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: isApprove ? 'two@test.example' : 'op@test.example',
    PREWATT_OPERATOR_PASSWORD: password,
  }).finally(() => {
    ended = true;
  });
  while (!ended) {
    await runJobs(h);
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  return end;
}

const why = ['--reason', 'The shops have a tariff of their own now.'];

test('a list of meters gets another tariff by two people, and gets its own back', async () => {
  const { meterPan } = await h.addConnection({ name: 'Corner shop' });
  const file = join(folder, 'shops.csv');
  writeFileSync(file, `meter_number\n${meterPan}\n`);
  const day = ['--from', '2026-11-24'];
  const nobody = await prewatt('tariff', 'assign', 'Shops', ...day, ...why);
  assert.deepEqual([nobody.code, nobody.output], [2, '']);
  assert.match(nobody.errors, /say who: --meter, --list/);
  const choice = ['--list', file, '--ask', '--json'];
  const asked = await prewatt('tariff', 'assign', 'Shops', ...day, ...why, ...choice);
  assert.equal(asked.code, 0, asked.errors);
  const { assignmentId, approval } = JSON.parse(asked.output);
  const seen = await prewatt('approval', 'show', approval.approvalId);
  assert.match(seen.output, /Tariff Shops for 1 connection[\s\S]*Chosen: a list of 1/);
  const yes = await prewatt('approval', 'approve', approval.approvalId);
  assert.equal(yes.code, 0, yes.errors);
  const done = await prewatt('tariff', 'assignment', 'show', assignmentId, '--watch');
  assert.match(
    done.output,
    /Shops from 2026-11-24: done[\s\S]*no purchases to try[\s\S]*assigned: 1/,
  );
  const has = await prewatt('tariff', 'show', meterPan);
  assert.match(has.output, /^Shops, version 1/);
  const named = await prewatt('tariff', 'show', 'shops');
  assert.match(named.output, /in force[\s\S]*examples/, named.errors);
  const nobodys = await prewatt('tariff', 'show', 'Shosp');
  assert.equal(nobodys.code, 1);
  assert.match(nobodys.errors, /no tariff and no meter "Shosp"\. Did you mean "Shops"\?/);
  const undo = await prewatt('tariff', 'assignment', 'undo', assignmentId, ...day, ...why);
  assert.match(undo.output, /what they had before from 2026-11-24: ready[\s\S]*otherwise: Shops 1/);
  const list = await prewatt('tariff', 'assignment', 'list');
  assert.match(list.output, /what they had before[\s\S]*Shops from 2026-11-24: done/);
});

test('which meters that count money have a version is asked by its identifier', async () => {
  const { output } = await prewatt('tariff', 'list', '--json');
  const { versionId } = JSON.parse(output).rows[0].versions[0];
  const none = await prewatt('tariff', 'meters', versionId);
  assert.equal(none.output, '0 meters count money by this version\n', none.errors);
  const wrong = await prewatt('tariff', 'meters', versionId, '--standing', 'lost');
  assert.equal(wrong.code, 2);
  assert.match(wrong.errors, /--standing is one of has, told, waits, refused, noLink, cannot/);
});

test('one meter gets another tariff at once; a list that cannot be read says where', async () => {
  const { meterPan } = await h.addConnection();
  const args = ['tariff', 'assign', 'Shops', '--from', '2026-12-01', ...why];
  const one = await prewatt(...args, '--meter', meterPan);
  assert.deepEqual([one.code, one.output], [0, 'Shops from 2026-12-01 on\n'], one.errors);
  const file = join(folder, 'torn.csv');
  writeFileSync(file, `meter_number,class\n${meterPan}\n`);
  const torn = await prewatt(...args, '--list', file);
  assert.equal(torn.code, 1);
  assert.match(torn.errors, /torn\.csv: line 2: write the 2 columns of its first line/);
});
