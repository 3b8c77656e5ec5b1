// The examples of the README and of docs/using.md run, and print what they say; and every public
// function names its clause.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const documents = ['README.md', 'docs/using.md'];
const examples = documents.flatMap((document) => {
  const text = readFileSync(new URL(document, root), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
});

describe('the documents', () => {
  it('have examples', () => assert.equal(examples.length, 4));

  for (const [index, example] of examples.entries()) {
    it(`print what example ${index + 1} says`, () => {
      const expected = [...example.matchAll(/\/\/ prints (.*)$/gm)].map((match) => match[1]);
      assert.ok(expected.length > 0);
      const output = execFileSync(
        process.execPath,
        ['--input-type=module-typescript', '--eval', example],
        { cwd: fileURLToPath(root), encoding: 'utf8' },
      );
      assert.deepEqual(output.trimEnd().split('\n'), expected);
    });
  }
});

/** Names that the faces export, functions and the rest. */
const faces = ['keys', 'codec', 'issue', 'accept'];

async function publicFunctions(): Promise<string[]> {
  const modules = await Promise.all(faces.map((face) => import(`../src/${face}.ts`)));
  return modules.flatMap((module: Record<string, unknown>) =>
    Object.keys(module).filter((name) => typeof module[name] === 'function'),
  );
}

describe('every public function', () => {
  it('has a docstring that names its clause or other source', async () => {
    const folder = new URL('src/', root);
    const sources = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const names = await publicFunctions();
    assert.ok(names.length > 25);
    const without = names.filter((name) => {
      const pattern = new RegExp(
        `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:function|const) ${name}\\b`,
      );
      return !/[Cc]lauses? \d|ISO\/IEC|STS \d|IEC 62055/.test(
        (pattern.exec(sources)?.[1] ?? '').replace(/\s+\*\s+/g, ' '),
      );
    });
    assert.deepEqual(without, []);
  });
});
