// The codec is JavaScript alone. cbor-x has a native part, which an installation compiles for the
// Node that installs; inside the Node that Prewatt runs on, it destroys memory.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';

const codec = new URL('./codec.ts', import.meta.url).href;

/** Loads the codec, and prints what was asked for on the way. */
const program = `
import { registerHooks } from 'node:module';
const asked = [];
registerHooks({
  resolve(specifier, context, next) {
    asked.push(specifier);
    return next(specifier, context);
  },
});
await import(${JSON.stringify(codec)});
console.log(JSON.stringify(asked));
`;

// In a process of its own: in this one another test may have loaded it.
it('loads no native part', () => {
  const args = ['--input-type=module', '--eval', program];
  const asked: string[] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  assert.ok(asked.some((each) => each.startsWith('cbor-x')));
  assert.ok(!asked.some((each) => each.startsWith('cbor-extract')));
});
