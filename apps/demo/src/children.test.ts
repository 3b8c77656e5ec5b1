// What the demo hands on of its own environment to the programs that it runs.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { childSpecs } from './children.ts';

test('npm start hands on the reach of webhooks and the door of XMLVend, and nothing else', () => {
  const ports = { server: 1, mqtt: 2, sandbox: 3, meter: 4, lwm2m: 5, witnesses: [6, 7] as const };
  const dataDir = mkdtempSync(join(tmpdir(), 'prewatt-children-'));
  const specs = childSpecs({
    programs: { server: 's', virtualMeter: 'v', sandbox: 'x', witness: 'w' },
    ports: { ...ports, panel: 5 } as Parameters<typeof childSpecs>[0]['ports'],
    dataDir,
    secretsFile: '/secrets',
    clock: 'system',
    logLevel: 'info',
    inherited: {
      ...{ PREWATT_WEBHOOK_REACH: 'any', PREWATT_DEMO_MODE: '1', PATH: '/bin' },
      ...{ PREWATT_XMLVEND_PORT: '7443', PREWATT_XMLVEND_CERT_FILE: '/door.pem' },
    },
  });
  const server = specs.server({ app: 'postgres://a', signIn: 'postgres://b' } as Parameters<
    typeof specs.server
  >[0]).env;
  assert.equal(server?.['PREWATT_WEBHOOK_REACH'], 'any');
  assert.equal(server?.['PREWATT_XMLVEND_PORT'], '7443');
  assert.equal(server?.['PREWATT_XMLVEND_CERT_FILE'], '/door.pem');
  assert.equal(specs.sandbox.env?.['PREWATT_XMLVEND_PORT'], undefined);
  assert.equal(server?.['PREWATT_DEMO_MODE'], undefined);
  assert.equal(specs.sandbox.env?.['PREWATT_WEBHOOK_REACH'], undefined);
  assert.match(
    server?.['PREWATT_LOG_WITNESSES'] ?? '',
    /^http:\/\/127\.0\.0\.1:6 witness-1\+\S+, http:\/\/127\.0\.0\.1:7 witness-2\+\S+$/,
  );
  assert.deepEqual(
    specs.witnesses.map(({ name, env }) => [name, env?.['PREWATT_CLOCK']]),
    [
      ['witness-1', undefined],
      ['witness-2', undefined],
    ],
  );
  rmSync(dataDir, { recursive: true });
});
