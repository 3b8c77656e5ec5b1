// `npm run schema`: writes apps/server/schema.sql from the migrations. Needs no pg_dump.

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { makeSchemaText, schemaFile } from './schema-file.ts';
import { root } from './workspaces.ts';

writeFileSync(schemaFile, await makeSchemaText());
console.log(`wrote ${relative(root, schemaFile)}`);
