import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { statementsOf } from './statements.ts';

test('a file is taken apart at the semicolons that end statements, and at no others', () => {
  const parts = [
    "SELECT ';', E'\\';', 'it''s;', \"a;b\"",
    'DO $$ BEGIN; END $$',
    'DO $a$ $$;$$ $b$ ; $a$',
    'SELECT $1;'.slice(0, -1),
    '-- one; two\nSELECT 1 /* ; /* ; */ ; */',
    'SELECT a$b FROM c$b',
    "SELECT name' ; '",
  ];
  assert.deepEqual(statementsOf(parts.join(';')), parts);
  assert.deepEqual(statementsOf('-- nothing;\n;; /* ; */ \n'), []);
  assert.deepEqual(statementsOf('SELECT 1;\n-- the end'), ['SELECT 1']);
});

test('pieces of any kind come out as they went in, and what is cut off ends nothing', () => {
  const word = fc.stringMatching(/^[a-z0-9 \n]{0,8}$/);
  const inside = fc.stringMatching(/^[a-z;\-/*\n ]{0,10}$/);
  const piece = fc.oneof(
    word,
    inside.map((text) => `'${text}' `),
    inside.map((text) => ` "${text}" `),
    inside.map((text) => ` $q$${text}'"$q$ `),
    inside.map((text) => ` E'\\'${text}' `),
    fc.stringMatching(/^[a-z; ']{0,10}$/).map((text) => `--${text}\n`),
    fc.stringMatching(/^[a-z; ']{0,10}$/).map((text) => `/*${text}*/`),
  );
  const statement = fc.array(piece, { maxLength: 5 }).map((pieces) => `x ${pieces.join('')}`);
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
      assert.deepEqual(statementsOf(statements.join(';')), statements);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => statementsOf(text).join(';').length <= text.length));
});
