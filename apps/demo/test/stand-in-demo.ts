// The launcher with stand-ins for the programs and steps it runs: for tests of the launcher as a
// process. The last argument may name a fault: 'seed-fails', 'seed-lasts'.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { runDemo } from '../src/launcher.ts';

const [dataDir = '', port = '', fault = ''] = process.argv.slice(2);
const child = join(import.meta.dirname, 'stand-in.ts');
const stop = new AbortController();
const kill = new AbortController();
process.on('SIGINT', () => (stop.signal.aborted ? kill.abort() : stop.abort()));

process.exitCode = await runDemo(
  { dataDir, port: Number(port), speed: 1000 },
  {
    programs: { server: child, virtualMeter: child, sandbox: child },
    migrate: (url) =>
      run(
        url,
        `DO $$ BEGIN CREATE ROLE prewatt_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         DO $$ BEGIN CREATE ROLE prewatt_sign_in NOLOGIN;
         EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         CREATE TABLE IF NOT EXISTS seeds (at bigint);
         GRANT SELECT ON seeds TO prewatt_app`,
      ),
    async seed(input) {
      await run(input.ownerDatabaseUrl, `INSERT INTO seeds VALUES (${input.nowMs})`);
      if (fault === 'seed-lasts') await run(input.ownerDatabaseUrl, 'SELECT pg_sleep(60)');
      if (fault === 'seed-fails') throw new Error('the seed failed');
      const facts = {
        customerPhone: '+27820000001',
        operatorEmail: 'operator@prewatt.example',
        operatorPassword: 'a-password',
        secondOperatorEmail: 'second@prewatt.example',
        demoMeterPan: '600727000000000009',
        publicUrl: input.publicUrl,
        seededAtMs: Date.now(),
      };
      writeFileSync(join(input.dataDir, 'demo.json'), JSON.stringify(facts));
    },
    say: (line) => process.stdout.write(`${line}\n`),
    env: process.env,
    stopSignals: { stop: stop.signal, kill: kill.signal },
  },
);
process.exit();

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql);
  await client.end();
}
