// The proof against the database's owner: a sample of single-row alterations of a small living town
// is found; more of them, with all who tell of each, are made by `npm run tamper`. And each column
// that history does not compare is held by a rule, or named as what rows cannot show.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { columnsHeldByRules, columnsNotShown } from '../../src/reports/proof/columns-not-shown.ts';
import { historyTables } from '../../src/reports/proof/history-tables.ts';
import { rules } from '../../src/reports/proof/rules.ts';
import { createHarness, type Harness } from '../harness.ts';
import { liveThroughAll } from '../proof-world.ts';
import { type Snapshot, snapshotOf } from './ask-verifier.ts';
import { type Trial, tamper } from './trials.ts';

const sample = 200;
let h: Harness;
let early: Snapshot;
before(async () => {
  h = await createHarness();
  early = await h.owner.directories.transaction().execute((tx) => snapshotOf(tx, h));
  await liveThroughAll(h);
});
after(() => h.close());

test('of a sample of acts of the database’s owner the verifier finds and names all, the proof nine of ten in its tables', async (t) => {
  const trials = await tamper(h, { trials: sample, seed: 7, firstOnly: true, early });
  const told = (some: readonly Trial[]): string =>
    some.map(({ way, kind, table, column }) => `${way} ${kind} ${table}.${column}`).join(', ');
  const unfound = trials.filter(({ verifier, isNamed }) => verifier.length === 0 || !isNamed);
  assert.equal(unfound.length, 0, told(unfound));
  const inHistory = new Set(historyTables.map(({ table }) => table));
  const ofProof = trials.filter(({ table, way }) => inHistory.has(table) && way !== 'other');
  const missed = ofProof.filter(({ foundBy }) => foundBy.length === 0);
  t.diagnostic(`the proof found ${ofProof.length - missed.length} of ${ofProof.length}`);
  assert.ok(missed.length <= ofProof.length / 10, told(missed));
});

test('each column is compared with the last run, held by a rule, or named as not shown', async () => {
  const notShown = new Set(columnsNotShown.flatMap(({ columns }) => columns));
  const names = new Set(rules.map(({ name }) => name));
  for (const name of Object.values(columnsHeldByRules)) {
    const isRead = ['decisionsAreSealed', 'referencesExist'].includes(name);
    assert.ok(isRead || names.has(name), name);
  }
  const said = new Set([...notShown, ...Object.keys(columnsHeldByRules)]);
  for (const { table, stands, settled } of historyTables) {
    const { rows } = await sql<{ name: string }>`SELECT attname AS name FROM pg_attribute
      WHERE attrelid = ${`prewatt.${table}`}::regclass AND attnum > 0 AND NOT attisdropped
        AND attgenerated = ''`.execute(h.owner.directories);
    const compared = new Set(`entered settled ${stands} ${settled ?? ''}`.trim().split(' '));
    for (const { name } of rows) {
      const what = `${table}.${name}`;
      assert.notEqual(compared.has(name), said.delete(what), what);
    }
  }
  assert.deepEqual([...said], [], 'columns that are not there');
});
