// The committed schema: where it is, how its text is made.

import { join } from 'node:path';
import { testDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import { readSchema } from './read-schema.ts';
import { root } from './workspaces.ts';

export const schemaFile = join(root, 'apps/server/schema.sql');

const header = `-- The schema that the migrations lead to, for reading and reviewing. Made by \`npm run schema\`; the tests
-- fail when it is not current. Not for restoring: roles and graphile_worker are not in it.
`;

/** Applies all migrations to an empty database and returns the text that belongs in the file. */
export async function makeSchemaText(): Promise<string> {
  const database = await testDatabase({ name: 'schema_file', prepare: migrate });
  try {
    return `${header}\n${await readSchema(database.url)}`;
  } finally {
    await database.drop();
  }
}
