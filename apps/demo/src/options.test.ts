// The command line of the demo.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from './options.ts';

test('without arguments the demo runs on data/, port 7070, sixty times as fast', () => {
  assert.deepEqual(parseOptions([], '/srv/somebody'), {
    kind: 'run',
    options: { dataDir: '/srv/somebody/data', port: 7070, speed: 60 },
  });
});

test('each option is taken, and an absolute folder stays absolute', () => {
  const parsed = parseOptions(['--data', '/srv/x', '--port=7500', '--speed', '1'], '/srv');
  assert.deepEqual(parsed, {
    kind: 'run',
    options: { dataDir: '/srv/x', port: 7500, speed: 1 },
  });
});

test('--help is told apart from a run', () => {
  assert.deepEqual(parseOptions(['--help'], '/'), { kind: 'help' });
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
    [['--colour', 'red'], /--colour/],
    [['extra'], /extra/],
  ];
  for (const [args, message] of cases) {
    const parsed = parseOptions(args, '/');
    assert.equal(parsed.kind, 'refused', args.join(' '));
    assert.ok(parsed.kind === 'refused');
    assert.match(parsed.message, message);
    assert.equal(parsed.message.includes('\n'), false);
  }
});
