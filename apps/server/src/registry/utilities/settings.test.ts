// Each setting's row against the schema of the database, and what is sent against its bounds.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { settingBodySchema, settingNames, utilitySettings } from '@prewatt/api';

const schema = await readFile(new URL('../../../schema.sql', import.meta.url), 'utf8');

for (const name of settingNames) {
  const { column, unit, least, most, standard } = utilitySettings[name];

  test(`${name}: the database has its column, bounds, standard and function`, () => {
    assert.match(schema, new RegExp(`  ${column} smallint NOT NULL DEFAULT ${standard},`));
    assert.ok(schema.includes(`((${column} >= ${least}) AND (${column} <= ${most}))`));
    assert.match(schema, new RegExp(`FUNCTION prewatt\\.set_${column}\\(\\w+ smallint\\)`));
    const kinds = /utility_setting_events_setting_check CHECK (.*)/.exec(schema)?.[1] ?? '';
    assert.ok(kinds.includes(`'${name}'`), 'a change of it can be put on record');
  });

  test(`${name}: what is sent is checked by its bounds`, () => {
    const body = (value: unknown) =>
      settingBodySchema(name).safeParse({
        ...{ requestId: 'request-1', reason: 'A test asks', [unit]: value },
      }).success;
    assert.deepEqual([least, standard, most].map(body), [true, true, true]);
    assert.deepEqual([least - 1, most + 1, 1.5, '2', undefined].map(body), Array(5).fill(false));
  });
}
