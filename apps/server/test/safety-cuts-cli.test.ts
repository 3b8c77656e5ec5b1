// The command line about cuts for safety and about what one person may do alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let served: Served;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  served = await serve(h);
  for (const name of ['Ada', 'Ben']) {
    const email = `${name.toLowerCase()}@utility.test`;
    await http.createOperator({ email, name, password, role: 'administrator' });
  }
});
after(async () => {
  await served.close();
  await http.close();
  await h.close();
});

const prewatt = (who: 'ada' | 'ben', ...args: string[]): Promise<CommandEnd> =>
  runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: `${who}@utility.test`,
    PREWATT_OPERATOR_PASSWORD: password,
  });
const reason = 'A line lies on the roof.';

test('limits are shown, and asked for; the second person allows them', async () => {
  const shown = await prewatt('ada', 'approval', 'limits');
  assert.match(shown.output, /in an hour +5 \(you made 0\)[\s\S]*50.?000\.00/, shown.errors);
  const wrong = await prewatt(
    'ada',
    'approval',
    'limits',
    '--safety-cut-hours',
    '900',
    '--reason',
    reason,
  );
  assert.equal(wrong.code, 2, wrong.output);
  const [least, most] = ['--safety-cuts-per-hour', '--safety-cut-hours'];
  const asked = await prewatt(
    'ada',
    'approval',
    'limits',
    least,
    '1',
    most,
    '2',
    '--reason',
    reason,
  );
  assert.match(asked.output, /waits for approval by a second person/, asked.errors);
  const [approvalId = ''] = /approval_[0-9a-f-]{36}/.exec(asked.output) ?? [];
  const done = await prewatt('ben', 'approval', 'approve', approvalId);
  assert.equal(done.code, 0, done.errors);
  const now = await prewatt('ada', 'approval', 'limits');
  assert.match(
    now.output,
    /in an hour +1[\s\S]*hours of such a cut +2[\s\S]*by Ada, allowed by Ben/,
  );
});

test('the second cut of an hour waits; both are told with their names and ends', async () => {
  const open = (meterPan: string) =>
    prewatt(
      'ada',
      'command',
      'send',
      meterPan,
      'switchOpen',
      '--cause',
      'safety',
      '--hours',
      '1',
      '--reason',
      reason,
    );
  const first = await open(h.meterPan);
  assert.match(first.output, /switchOpen {2}queued/, first.errors);
  const other = await h.addConnection();
  const second = await open(other.meterPan);
  assert.equal(second.code, 0, second.errors);
  assert.match(second.output, /waits for approval by a second person/);
  const [approvalId = ''] = /approval_[0-9a-f-]{36}/.exec(second.output) ?? [];
  assert.equal((await prewatt('ben', 'approval', 'approve', approvalId)).code, 0);
  const cuts = await prewatt('ben', 'command', 'safety-cuts');
  assert.match(cuts.output, /cut by Ada {2}since/);
  assert.match(cuts.output, /cut by Ada, allowed by Ben {2}since .* {2}until .* {2}A line lies/);
});
