import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from './config.ts';
import { openJournal } from './journal.ts';
import { secrets, temporaryFolder } from './test-world.ts';

const environment = {
  PATH: '/bin',
  PREWATT_HTTP_PORT: '7072',
  PREWATT_DATA_DIR: '/data/sandbox',
  PREWATT_SERVER_URL: 'http://127.0.0.1:7070',
  PREWATT_SECRETS_FILE: '/data/secrets.json',
  PREWATT_CLOCK: '1000:5000:60',
};
const file = () => JSON.stringify({ ...secrets, masterKey: 'somebody else needs this' });

test('a full environment is read', () => {
  const config = parseConfig(environment, file);
  assert.ok(config.ok);
  assert.equal(config.value.httpPort, 7072);
  assert.deepEqual(config.value.clock, { realAnchorMs: 1000, demoAnchorMs: 5000, speed: 60 });
  assert.deepEqual(config.value.secrets, secrets);
});

test('without a clock, time is real', () => {
  const { PREWATT_CLOCK: _, ...rest } = environment;
  const config = parseConfig(rest, file);
  assert.ok(config.ok);
  assert.deepEqual(config.value.clock, { realAnchorMs: 0, demoAnchorMs: 0, speed: 1 });
});

test('all faults are listed at once, unknown names too, and no secret is printed', () => {
  const config = parseConfig(
    {
      PREWATT_HTTP_PORT: '99999',
      PREWATT_SERVER_URL: 'nowhere',
      PREWATT_CLOCK: 'soon',
      PREWATT_SECRETS_FILE: '/s',
      PREWATT_COLOUR: 'blue',
    },
    () => JSON.stringify({ ...secrets, smsApiKey: 'tooshort' }),
  );
  assert.ok(!config.ok);
  const text = config.error.join('\n');
  for (const name of ['HTTP_PORT', 'DATA_DIR', 'SERVER_URL', 'CLOCK', 'COLOUR', 'smsApiKey']) {
    assert.ok(text.includes(name), name);
  }
  assert.ok(!text.includes('tooshort') && !text.includes(secrets.sandboxApiKey));
});

test('a secrets file that cannot be read is one clear line', () => {
  const config = parseConfig(environment, () => {
    throw new Error('ENOENT');
  });
  assert.deepEqual(config, {
    ok: false,
    error: ['PREWATT_SECRETS_FILE: /data/secrets.json cannot be read as JSON'],
  });
});

const message = { id: 'm', to: '+27825550101', text: 'hello', receivedAtMs: 1 };

test('a line that a crash cut short is dropped, and the next line is whole', (t) => {
  const path = join(temporaryFolder(t), 'deep', 'journal.jsonl');
  const first = openJournal(path);
  first.append({ type: 'messageReceived', message });
  first.close();
  writeFileSync(path, '{"type":"messageRec', { flag: 'a' });
  const second = openJournal(path);
  assert.equal(second.entries.length, 1);
  second.append({ type: 'messageReceived', message: { ...message, id: 'n' } });
  second.close();
  const third = openJournal(path);
  assert.equal(third.entries.length, 2);
  third.close();
});

test('a damaged line in the middle stops the start and is named', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'journal.jsonl');
  writeFileSync(path, 'garbage\n');
  assert.throws(() => openJournal(path), /journal\.jsonl:1 is damaged/);
  assert.equal(readFileSync(path, 'utf8'), 'garbage\n');
});
