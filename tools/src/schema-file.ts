// What the migrated schema is written to: where the files are, how their texts are made.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { testDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import { readSchema } from './read-schema.ts';
import { readTableTypes } from './table-types.ts';
import { root } from './workspaces.ts';

const schemaFile = 'apps/server/schema.sql';
const tablesFile = 'apps/server/src/base/tables.ts';

const header = `-- The schema that the migrations lead to, for reading and reviewing. Made by \`npm run schema\`; the tests
-- fail when it is not current. Not for restoring: roles and graphile_worker are not in it.
`;

export type SchemaFile = {
  /** From the root. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
};

/** Applies all migrations to an empty database and returns what belongs in each file. */
export async function makeSchemaFiles(): Promise<SchemaFile[]> {
  const database = await testDatabase({ name: 'schema_file', prepare: migrate });
  try {
    const schema = `${header}\n${await readSchema(database.url)}`;
    const tables = inOrder(await readTableTypes(database.url));
    return [
      { name: schemaFile, path: join(root, schemaFile), text: schema },
      { name: tablesFile, path: join(root, tablesFile), text: tables },
    ];
  } finally {
    await database.drop();
  }
}

/** As the formatter wants it, imports sorted. */
function inOrder(text: string): string {
  const biome = join(root, 'node_modules/.bin/biome');
  const given = ['check', '--write', `--stdin-file-path=${tablesFile}`];
  return execFileSync(biome, given, { cwd: root, input: text, encoding: 'utf8' });
}
