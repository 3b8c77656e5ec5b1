// The codec is JavaScript alone. cbor-x has a native part, which an installation compiles for the
// Node that installs; inside the Node that Prewatt runs on, it destroys memory.

import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { it } from 'node:test';

it('loads no native part', async () => {
  const asked: string[] = [];
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      asked.push(specifier);
      return next(specifier, context);
    },
  });
  await import('./codec.ts');
  hooks.deregister();
  assert.ok(asked.some((each) => each.startsWith('cbor-x')));
  assert.ok(!asked.some((each) => each.startsWith('cbor-extract')));
});
