// `npm run schema`: writes apps/server/schema.sql and the types of its tables from the migrations.
// Needs no pg_dump.

import { writeFileSync } from 'node:fs';
import { makeSchemaFiles } from './schema-file.ts';

for (const { name, path, text } of await makeSchemaFiles()) {
  writeFileSync(path, text);
  console.log(`wrote ${name}`);
}
