// Small steps of a first start, for tests of the launcher: a table instead of a utility. A fault:
// 'seed-fails', 'seed-lasts'.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Steps } from '../src/steps.ts';

export const standInSteps = (fault = ''): Steps => ({
  migrate: (url) =>
    run(
      url,
      `DO $$ BEGIN CREATE ROLE prewatt_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
       DO $$ BEGIN CREATE ROLE prewatt_sign_in NOLOGIN;
       EXCEPTION WHEN duplicate_object THEN NULL; END $$;
       CREATE TABLE IF NOT EXISTS seeds (at bigint, url text);
       GRANT SELECT ON seeds TO prewatt_app`,
    ),
  async seed(input) {
    const { nowMs, publicUrl } = input;
    await run(input.ownerDatabaseUrl, `INSERT INTO seeds VALUES (${nowMs}, '${publicUrl}')`);
    if (fault === 'seed-lasts') await run(input.ownerDatabaseUrl, 'SELECT pg_sleep(60)');
    if (fault === 'seed-fails') throw new Error('the seed failed');
    const facts = {
      customerPhone: '+27820000001',
      operatorEmail: 'operator@prewatt.example',
      operatorPassword: 'a-password',
      secondOperatorEmail: 'second@prewatt.example',
      demoMeterPan: '600727000000000009',
      publicUrl,
      seededAtMs: Date.now(),
    };
    writeFileSync(join(input.dataDir, 'demo.json'), JSON.stringify(facts));
    writeFileSync(join(input.dataDir, 'meters'), 'of the town');
  },
  readdress: (url, { from, to }) =>
    run(url, `UPDATE seeds SET url = replace(url, '${from}', '${to}')`),
});

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql);
  await client.end();
}
