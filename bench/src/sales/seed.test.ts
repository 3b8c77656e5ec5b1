// The seed writes rows by rule, past the services: it has to follow the schema's checks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import { seedSales } from './seed.ts';

test('the present schema takes the connections and vendors of the sales bench', async (t) => {
  const database = await testDatabase({ name: 'bench', prepare: migrate });
  t.after(() => database.drop());
  const keys = await seedSales({
    ownerUrl: database.url,
    masterKey: Buffer.alloc(32, 1),
    connections: 20,
    vendors: 2,
  });
  assert.equal(new Set(keys).size, 2);
});
