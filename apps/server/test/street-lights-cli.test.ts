// `prewatt light` as a process against a server.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { type CommandEnd, runCommand, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-lights-'));
const sign = { email: 'lights@test.example', password: 'correct horse battery' };

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await http.createOperator({ ...sign, role: 'administrator' });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await http.close();
  await h.close();
});

test('an account is opened, given lamps, overridden and shown by commands', async (t) => {
  const served = await serve(h);
  t.after(() => served.close());
  const prewatt = async (...args: string[]): Promise<CommandEnd> => {
    const end = await runCommand(['light', ...args, '--server', served.url], {
      PREWATT_OPERATOR_EMAIL: sign.email,
      PREWATT_OPERATOR_PASSWORD: sign.password,
    });
    return end;
  };
  const night = {
    ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], levelPercent: 80, steps: [] },
    ...{ on: { by: 'sunset', offsetMinutes: 10 }, off: { by: 'sunrise', offsetMinutes: -10 } },
  };
  const [file, secretFile] = [join(folder, 'night.json'), join(folder, 'secret')];
  writeFileSync(file, JSON.stringify({ plans: [night] }));
  writeFileSync(secretFile, `${'0a'.repeat(32)}\n`);
  const at = ['--latitude=-26.2041', '--longitude=28.0473', '--reason', 'Order 12 of the council'];
  const opened = await prewatt('account', h.meterPan, ...at, '--dim-below', '4');
  assert.match(opened.output, /still in token mode {2}0 of 0 lamps on/, opened.errors);
  const kept = await prewatt('programme', h.meterPan, 'night', '--file', file);
  assert.equal(kept.code, 0, kept.errors);
  await prewatt('group', h.meterPan, 'Main Street', '--programme', 'night');
  const link = ['--endpoint', 'urn:dev:p17', '--secret-file', secretFile];
  const lamp = ['P17', '--group', 'Main Street', '--watts', '60', '--floor', '30', ...link];
  const added = await prewatt('lamp', h.meterPan, ...lamp);
  assert.match(added.output, /^lamp P17 {2}never heard .*protected, 30 % at least$/m, added.errors);
  assert.doesNotMatch(added.output, /0a0a/, 'the secret is shown nowhere');
  const until = new Date(h.clock.nowMs + 3_600_000).toISOString();
  const asked = ['--level', '100', '--until', until, '--reason', 'Street market'];
  const overridden = await prewatt('override', h.meterPan, ...asked, '--group', 'Main Street');
  const [, override = ''] =
    /^override (\S+) {2}Main Street {2}100 %/m.exec(overridden.output) ?? [];
  assert.notEqual(override, '', overridden.errors);
  assert.doesNotMatch((await prewatt('end', h.meterPan, override)).output, /^override/m);
  const shown = JSON.parse((await prewatt('show', h.meterPan, '--json')).output);
  assert.equal(shown.programmes[0].document.plans[0].on.offsetMinutes, 10);
  assert.equal(shown.account.dimBelowNights, 4);
  const refused = await prewatt('group', h.meterPan, 'Side Street', '--programme', 'day');
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /There is no dim programme of this name/);
  // The page of the connection leads to its lights.
  const who = new Visitor(http.app);
  assert.equal((await who.postJson('/api/auth/sign-in/email', sign)).statusCode, 200);
  const id = idFromUuid('connection', h.place.connectionId);
  const detail = (await who.get(`/api/operator/connections/${id}`)).json();
  assert.deepEqual(detail.lighting, { meteredBy: 'lamps', isClosed: false });
});
