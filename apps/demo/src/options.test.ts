// The command line of the demo.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from './options.ts';

test('without arguments the demo runs on data/, port 7070, sixty times as fast', () => {
  assert.deepEqual(parseOptions([], '/srv/somebody', {}), {
    kind: 'run',
    options: { dataDir: '/srv/somebody/data', port: 7070, speed: 60 },
  });
});

test('each option is taken, and an absolute folder stays absolute', () => {
  const parsed = parseOptions(['--data', '/srv/x', '--port=7500', '--speed', '1'], '/srv', {});
  assert.deepEqual(parsed, {
    kind: 'run',
    options: { dataDir: '/srv/x', port: 7500, speed: 1 },
  });
});

test('--dlms opens the meters to other head-ends, where there is room for their ports', () => {
  const parsed = parseOptions(['--dlms', '--port', '7500'], '/srv', {});
  assert.equal(parsed.kind === 'run' && parsed.options.dlms, true);
  const refused = parseOptions(['--dlms', '--port', '65500'], '/srv', {});
  assert.deepEqual(refused, {
    kind: 'refused',
    message: '--port 65500: with --dlms at most 65396.',
  });
});

test('--help is told apart from a run', () => {
  assert.deepEqual(parseOptions(['--help'], '/', {}), { kind: 'help' });
});

test('bad values are refused in one line that names the option', () => {
  const cases: [string[], RegExp][] = [
    [['--port', '0'], /^--port 0: give a whole number/],
    [['--port', '65533'], /^--port 65533/],
    [['--port', '70x'], /^--port 70x/],
    [['--port', '-1'], /--port/],
    [['--speed', '0'], /^--speed 0/],
    [['--speed', '1e9'], /^--speed 1e9/],
    [['--speed', '3601'], /^--speed 3601/],
    [['--data', ''], /^--data is empty/],
    [['--colour', 'red'], /^Unknown option '--colour'\. See npm start -- --help$/],
    [['--data'], /^Option '--data <value>' argument missing\. See/],
    [['8705'], /^"8705" follows no option: put two dashes .* npm start -- --port 8000/],
  ];
  for (const [args, message] of cases) {
    const parsed = parseOptions(args, '/', {});
    assert.equal(parsed.kind, 'refused', args.join(' '));
    assert.ok(parsed.kind === 'refused');
    assert.match(parsed.message, message);
    assert.equal(parsed.message.includes('\n'), false);
  }
});

test('options that npm kept for itself are refused with the line that works', () => {
  const cases: [string[], Record<string, string>, [string, string]][] = [
    // npm start --port=8740 --data=X
    [
      [],
      { npm_config_port: '8740', npm_config_data: 'X' },
      ['--data and --port', '--data X --port 8740'],
    ],
    // npm start --port 8705
    [['8705'], { npm_config_port: 'true' }, ['--port', '--port 8705']],
    // npm start --data=
    [[], { npm_config_data: '' }, ['--data', '--data DIR']],
    // npm start --speed 1 --port 8705
    [
      ['1', '8705'],
      { npm_config_port: 'true', npm_config_speed: 'true' },
      ['--port and --speed', '--port N --speed N'],
    ],
  ];
  for (const [args, env, [whose, options]] of cases) {
    const message = `npm kept ${whose} for itself: put two dashes first, npm start -- ${options}`;
    assert.deepEqual(parseOptions(args, '/', env), { kind: 'refused', message });
  }
});

test('an option that was given to the demo itself is taken, whatever npm has of that name', () => {
  const parsed = parseOptions(['--port', '7500'], '/srv', { npm_config_port: '8740' });
  assert.ok(parsed.kind === 'run');
  assert.equal(parsed.options.port, 7500);
});
