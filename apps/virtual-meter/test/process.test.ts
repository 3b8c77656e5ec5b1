// The process as an operator runs it: a real broker, real files, real signals.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  freePort,
  meterPan,
  startHeadEnd,
  startProcess,
  temporaryFolder,
  tokenOf,
  until,
  writeFactory,
} from './bench.ts';

const folder = temporaryFolder();
const headEnd = await startHeadEnd();
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const environment = {
  PREWATT_METERS_DIR: folder.path,
  PREWATT_MQTT_URL: headEnd.url,
  PREWATT_HTTP_PORT: String(port),
  PREWATT_CLOCK: `${Date.now()}:${Date.UTC(2026, 10, 18, 10)}:600`,
  PREWATT_LOG_LEVEL: 'warn',
};
const children: ReturnType<typeof startProcess>[] = [];
const start = async () => {
  const child = startProcess(environment);
  children.push(child);
  await until('health', async () => {
    const answer = await fetch(`${base}/health`).catch(() => null);
    return answer?.status === 200;
  });
  return child;
};
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await headEnd.close();
  folder.remove();
});

type View = { display: { credit: string; token: { text: string } | null }; link: string };
const view = async (): Promise<View> =>
  (await (await fetch(`${base}/meters/${meterPan}/state`)).json()) as View;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${base}/meters/${meterPan}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const answerTo = (commandId: string) =>
  headEnd.seen.find((m) => m.kind === 'commandResult' && m.commandId === commandId);
const commandOf = (n: number, token: string) =>
  ({
    kind: 'command',
    commandId: `command_0190a000-0000-7000-8000-00000000000${n}`,
    expiresAtMs: Date.UTC(2026, 11, 18),
    action: { kind: 'deliverToken', token },
  }) as const;

/** The files that hold its state. */
const slots = (): string[] =>
  [0, 1].map((n) => join(folder.path, `${meterPan}.state-${n}.json`)).filter(existsSync);

test('a meter reports, takes a token by both ways and goes on after a kill', async (t) => {
  writeFactory(folder.path);
  let child = await start();

  await t.test('it reports its state', async () => {
    const first = await until('state', () => headEnd.seen.find((m) => m.kind === 'state'));
    assert.equal(first.state.availableEnergyWh, 0n);
    assert.equal(first.state.loadSwitch, 'disconnected');
  });

  await t.test('a delivered token is accepted, answered, and used when typed', async () => {
    const command = commandOf(1, tokenOf(12_300, 1));
    headEnd.command(command);
    const answer = await until('answer', () => answerTo(command.commandId));
    assert.ok(answer.kind === 'commandResult' && answer.result.kind === 'deliverToken');
    assert.equal(answer.result.outcome.result, 'accepted');
    const typed = await post('/tokens', { digits: tokenOf(12_300, 1) });
    assert.equal(
      ((await typed.json()) as View).display.token?.text,
      'Used: this token was entered before',
    );
    headEnd.command(command);
    await until('repeated answer', () => {
      const answers = headEnd.seen.filter(
        (m) => m.kind === 'commandResult' && m.commandId === command.commandId,
      );
      return answers.length > 1 && answers;
    });
    assert.match((await view()).display.credit, /^1[12]\./);
  });

  await t.test('profile and events arrive and are forgotten once acknowledged', async () => {
    await until('profile', () => headEnd.seen.find((m) => m.kind === 'profile'));
    assert.ok(headEnd.seen.some((m) => m.kind === 'events'));
    await until('empty outbox', () => {
      return slots().some((path) => readFileSync(path, 'utf8').includes('"outbox":[]'));
    });
  });

  await t.test(
    'without the cable it works on, and tells what happened when it is back',
    async () => {
      await post('/link', { plugged: false });
      await until('unplugged', async () => (await view()).link === 'unplugged');
      headEnd.seen.length = 0;
      await post('/tokens', { digits: tokenOf(5_000, 2) });
      assert.equal((await view()).display.token?.text, 'Accepted +5.0 kWh');
      assert.equal(headEnd.seen.length, 0);
      headEnd.command(commandOf(2, tokenOf(5_000, 2)));
      await post('/link', { plugged: true });
      const answer = await until('answer', () => answerTo(commandOf(2, '').commandId));
      assert.ok(answer.kind === 'commandResult' && answer.result.kind === 'deliverToken');
      const { outcome } = answer.result;
      assert.equal(outcome.result === 'refused' && outcome.refusal, 'used');
      await until('event of the typed token', () =>
        headEnd.seen.find(
          (m) =>
            m.kind === 'events' &&
            m.events.some((e) => e.code === 'token' && e.origin === 'keypad'),
        ),
      );
    },
  );

  await t.test('killed and started again it has its credit, and remembers tokens', async () => {
    const before = Number((await view()).display.credit);
    child.kill('SIGKILL');
    await once(child, 'exit');
    headEnd.seen.length = 0;
    child = await start();
    const after = Number((await view()).display.credit);
    assert.ok(after > before - 0.5 && after < before + 0.5, `${before} -> ${after}`);
    const typed = await post('/tokens', { digits: tokenOf(5_000, 2) });
    assert.equal(
      ((await typed.json()) as View).display.token?.text,
      'Used: this token was entered before',
    );
    await until('power events', () =>
      headEnd.seen.find(
        (m) => m.kind === 'events' && m.events.some((e) => e.code === 'powerRestored'),
      ),
    );
  });

  await t.test('its state is for its owner only, and SIGTERM ends it in order', async () => {
    for (const path of slots()) assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.ok(slots().length > 0);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(code, 0);
  });
});

const failure = async (changes: Record<string, string>): Promise<string> => {
  const child = startProcess({ ...environment, ...changes });
  children.push(child);
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.notEqual(code, 0);
  return text;
};

test('a start with faults ends with all of them and what to do', async () => {
  const text = await failure({
    PREWATT_MQTT_URL: 'nowhere',
    PREWATT_HTTP_PORT: 'x',
    PREWATT_SPEED: '3',
  });
  for (const name of ['PREWATT_MQTT_URL', 'PREWATT_HTTP_PORT', 'PREWATT_SPEED']) {
    assert.ok(text.includes(name), text);
  }
  assert.match(await failure({ PREWATT_METERS_DIR: '/nowhere' }), /seed the utility first/);
  const older = join(folder.path, `${meterPan}.state.json`);
  writeFileSync(older, '{"schema":1,"checksum":"0","state":{}}');
  assert.match(await failure({}), /of an older version; start with a new data folder\n$/);
  rmSync(older);
  chmodSync(join(folder.path, 'factory.json'), 0o644);
  assert.match(await failure({}), /chmod 600/);
});
