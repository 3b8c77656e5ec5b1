import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandContext } from '../command.ts';
import { vendorGroup } from './group.ts';

type Asked = { path: string; body: unknown };

/**
 * Runs a command line against answers by path; `asked` is what the command asked for, signed in.
 */
async function run(
  args: string[],
  answers: Record<string, unknown> = {},
  signIns: (() => Response)[] = [],
) {
  let [out, errors] = ['', ''];
  const asked: Asked[] = [];
  const slept: number[] = [];
  const context: CommandContext = {
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
    readFile: () => assert.fail('no file is read'),
    readStandardInput: () => assert.fail('nothing is read'),
    replaceFile: () => assert.fail('no file is replaced'),
    writeSecretFile: () => assert.fail('nothing is written'),
    environment: { PREWATT_OPERATOR_EMAIL: 'o@test.example', PREWATT_OPERATOR_PASSWORD: 'secret' },
    nowMs: () => 0,
    randomNibble: () => 0,
    openFile: () => assert.fail('no file is sent'),
    listFolder: () => assert.fail('no folder is read'),
    write: () => assert.fail('nothing is written'),
    fetch: async (url, init) => {
      const path = new URL(String(url)).pathname;
      if (!path.startsWith('/api/auth/'))
        asked.push({ path, body: init?.body === undefined ? null : JSON.parse(String(init.body)) });
      const next = path === '/api/auth/sign-in/email' ? signIns.shift() : undefined;
      if (next !== undefined) return next();
      const known = {
        '/api/auth/sign-in/email': {},
        '/api/auth/sign-out': {},
        '/api/operator/me': me,
        ...answers,
      };
      const answer = (known as Record<string, unknown>)[path];
      return answer === undefined
        ? Response.json({}, { status: 404 })
        : Response.json(answer, { headers: { 'set-cookie': 'session=1; Path=/' } });
    },
    sleep: async (ms) => {
      slept.push(ms);
    },
    ask: async () => null,
  };
  const exitCode = await vendorGroup(args, context);
  return { exitCode, out, errors, asked, slept };
}

const me = {
  name: 'An operator',
  email: 'o@test.example',
  role: 'administrator',
  utility: { name: 'U', zone: 'UTC', currency: { code: 'KWD', scale: 3 } },
  now: '2026-11-24T10:00:00.000Z',
  realNow: '2026-11-24T10:00:00.000Z',
  clockSpeed: 1,
  needsSecondFactor: false,
};
const kiosk = {
  vendorId: 'vendor_00000000-0000-7000-8000-000000000001',
  name: 'Kiosk',
  blockedReason: null,
  commissionBasisPoints: 125,
  floatMinor: '-1500',
  floatLimitMinor: '20000',
  tokensPerHour: 60,
  energyPerHourWh: '900000',
  siteBudgetMinor: '0',
  siteReservedMinor: '0',
  today: { sales: 2, amountMinor: '9000' },
  hour: { tokens: 1, energyWh: '4000' },
};
const path = `/api/operator/vendors/${kiosk.vendorId}`;
const list = { '/api/operator/vendors': { rows: [kiosk], nextCursor: null } };

test('a wrong line is told before anybody signs in', async () => {
  const cases: [string[], RegExp][] = [
    [['fly'], /no command "vendor fly"/],
    [['list', 'Kiosk'], /"vendor list" takes nothing besides its options/],
    [['block', 'Kiosk'], /--reason is missing/],
    [['deposit', 'Kiosk', '--amount', '5'], /--reference is missing/],
    [['create', 'Kiosk', '--float-limit', '5'], /--commission-percent, .* are missing/],
    [['list', '--password', 'x'], /Unknown option/],
  ];
  for (const [args, words] of cases) {
    const result = await run(args);
    assert.deepEqual([result.exitCode, result.asked], [2, []], args.join(' '));
    assert.match(result.errors, words);
  }
});

test('a sign-in that comes too soon is tried once more, when the server says that it may', async () => {
  const tooMany = (headers: Record<string, string>) => () =>
    Response.json({}, { status: 429, headers });
  const later = tooMany({ 'x-retry-after': '7' });
  const waited = await run(['list'], list, [later]);
  assert.deepEqual([waited.exitCode, waited.slept], [0, [7_000]]);
  assert.match(waited.errors, /waiting 7 s/);
  const twice = await run(['list'], list, [later, later]);
  assert.deepEqual([twice.exitCode, twice.slept], [1, [7_000]]);
  for (const headers of [{}, { 'x-retry-after': '3600' }, { 'x-retry-after': 'soon' }]) {
    const refused = await run(['list'], list, [tooMany(headers)]);
    assert.deepEqual([refused.exitCode, refused.slept], [1, []]);
    assert.match(refused.errors, /too many sign-ins/);
  }
});

test('values that do not fit are refused before anything is changed', async () => {
  const cases = [
    ['set', 'Kiosk', '--commission-percent', 'much'],
    ['set', 'Kiosk', '--float-limit', '1.2345'],
    ['set', 'Kiosk', '--tokens-per-hour', '-1'],
    ['set', 'Kiosk', '--kwh-per-hour', '1.5'],
    ['deposit', 'Kiosk', '--amount', '5,5', '--reference', 'Slip 1'],
  ];
  for (const args of cases) {
    const result = await run(args, list);
    assert.equal(result.exitCode, 2, args.join(' '));
    assert.ok(result.asked.every(({ body }) => body === null));
  }
});

test('a vendor is found by name, and amounts are of the utility’s currency', async () => {
  const shown = await run(['list'], list);
  assert.deepEqual(shown.out.split('\n'), [
    `Kiosk (${kiosk.vendorId})`,
    '  may sell',
    '  float KWD -1.500, may go KWD 20.000 below zero',
    '  commission 1.25 %',
    '  each hour 60 tokens, 900 kWh',
    '',
  ]);
  const strict = {
    '/api/operator/vendors': { rows: [{ ...kiosk, floatLimitMinor: '0' }], nextCursor: null },
  };
  assert.match((await run(['list'], strict)).out, /float KWD -1\.500, may not go below zero\n/);
  const args = ['set', 'Kiosk', '--float-limit', '7.5', '--commission-percent', '1.15'];
  const set = await run([...args, '--kwh-per-hour', '3'], {
    ...list,
    [`${path}/settings`]: { ...kiosk, waitsFor: 'approval_x' },
  });
  assert.equal(set.exitCode, 0, set.errors);
  assert.match(set.out, /approval_x {2}waits for approval by a second person/);
  assert.deepEqual(set.asked.at(-1), {
    path: `${path}/settings`,
    body: { floatLimitMinor: '7500', commissionBasisPoints: 115, energyPerHourWh: '3000' },
  });
});

test('the same slip makes the same request id', async () => {
  const recorded = {
    vendorDepositId: 'deposit_x',
    amountMinor: '5000',
    reference: 'Slip 1/a',
    recordedBy: 'An operator',
    recordedAt: me.now,
    undone: null,
  };
  const args = ['deposit', 'Kiosk', '--amount', '5', '--reference', 'Slip 1/a'];
  const answers = { ...list, [`${path}/deposits`]: recorded };
  const [first, again] = [await run(args, answers), await run(args, answers)];
  assert.deepEqual(first.asked.at(-1), again.asked.at(-1));
  assert.deepEqual(first.asked.at(-1)?.body, {
    requestId: 'reference:Slip%201%2Fa',
    amountMinor: '5000',
    reference: 'Slip 1/a',
  });
});
