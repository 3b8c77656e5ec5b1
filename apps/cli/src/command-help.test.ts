// Each command has its help: what it does, its options, an example that its own parser takes, and
// its exit codes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandGroup, parseOptions } from './command.ts';
import { exitCodes, saysOption } from './command-help.ts';
import { faultOf } from './dispatch.ts';
import { exampleOf, titles } from './examples.ts';
import { groups, processContext, run } from './main.ts';
import { optionWords } from './option-words.ts';

async function typed(words: readonly string[]) {
  let [output, errors] = ['', ''];
  const code = await run(words, {
    ...processContext,
    environment: { OWNER_URL: 'postgres://owner@127.0.0.1:1/none' },
    print: (text) => {
      output += text;
    },
    printError: (text) => {
      errors += text;
    },
    ask: async () => null,
    readFile: () => assert.fail('help reads no file'),
    fetch: async () => assert.fail('help asks no server'),
  });
  return { code, output, errors };
}

/** An example as a shell hands it on, without what is behind a ">". */
const wordsOf = (example: string): string[] =>
  (example.replace(/ > .*$/, '').match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', ''),
  );

const loaded = new Map<string, CommandGroup>();
for (const [name, load] of Object.entries(groups)) loaded.set(name, await load());
const declared = [...loaded].flatMap(([group, { lines }]) =>
  [...(lines ?? [])].map(([name, line]) => ({ title: `${group} ${name}`.trim(), group, line })),
);

test('each command that a group declares has an example, and each example is of a command', () => {
  assert.deepEqual(
    declared.map(({ title }) => title).filter((title) => exampleOf(title) === undefined),
    [],
  );
  assert.deepEqual(
    titles.filter((title) => !loaded.has(title.split(' ')[0] ?? '')),
    [],
  );
  assert.ok(titles.length > 150, `${titles.length} commands`);
});

test('the help of each command has one line of what it does, its example and its exit codes', async () => {
  for (const title of titles) {
    const { code, output, errors } = await typed([...title.split(' '), '--help']);
    assert.equal(code, 0, `${title}: ${errors}`);
    assert.match(output, /^prewatt [a-z-]+( [a-z-]+)?: \S.*\S\n/, title);
    assert.equal(output.split(`Example:\n  ${exampleOf(title)}\n`).length, 2, title);
    assert.equal(output.split(exitCodes).length, 2, title);
  }
});

test('the help of each command names each of its options', async () => {
  for (const { title, line } of declared) {
    const { output } = await typed([...title.split(' '), '--help']);
    for (const option of Object.keys(line.options)) {
      const isNamed = new RegExp(`--${option}(?![\\w-])`).test(output);
      assert.ok(isNamed, `prewatt ${title} --help does not name --${option}`);
    }
  }
});

test('the example of each command is taken by its own parser', () => {
  for (const { title, line } of declared) {
    const words = wordsOf(exampleOf(title) ?? '').slice(1 + title.split(' ').length);
    const options = parseOptions(words, line.options);
    assert.notEqual(typeof options, 'string', `${title}: ${options}`);
    if (typeof options !== 'string') assert.equal(faultOf(title, line, options), null, title);
  }
});

test('each option is explained, in the help of its command or in the words that all share', () => {
  const bare = declared.flatMap(({ title, line }) =>
    Object.keys(line.options)
      .filter((name) => !(name in optionWords) && !saysOption(line.help ?? '', name))
      .map((name) => `${title} --${name}`),
  );
  assert.deepEqual(bare, []);
});

test('the first page names every group, with its words in one column', async () => {
  const { output } = await typed(['--help']);
  const columns = new Set<number>();
  for (const name of Object.keys(groups)) {
    const line = output
      .split('\n')
      .find((text) => new RegExp(`^ {2}prewatt ${name}( |$)`).test(text));
    assert.ok(line !== undefined, name);
    columns.add(/^ {2}prewatt \S+(?: \.\.\.)? +/.exec(line)?.[0].length ?? 0);
  }
  assert.equal(columns.size, 1);
});

test('the examples have values that their commands take', async () => {
  const faults: string[] = [];
  for (const title of titles) {
    // These open the database, look at an installation, read or write a folder of this machine, or
    // run until they are ended.
    const isSpecial =
      /^(utility|operator|database|restore|doctor|rails|backup|broker|card bridge|citus|verify)\b/;
    if (isSpecial.test(title)) continue;
    const words = wordsOf(exampleOf(title) ?? '').slice(1);
    let errors = '';
    const code = await run(words, {
      ...processContext,
      environment: {
        PREWATT_OPERATOR_EMAIL: 'a@b.example',
        PREWATT_OPERATOR_PASSWORD: 'x',
        OWNER_URL: 'postgres://owner@127.0.0.1:1/none',
      },
      print: () => undefined,
      printError: (text) => {
        errors += text;
      },
      ask: async () => null,
      readFile: () => '0123456789abcdef',
      openFile: async () => {
        throw Object.assign(new Error('none'), { code: 'ENOENT', path: 'x' });
      },
      replaceFile: () => undefined,
      write: async () => undefined,
      writeSecretFile: () => undefined,
      fetch: async () => {
        throw new TypeError('no network');
      },
    });
    if (code === 2) faults.push(`${title}: ${errors}`);
  }
  assert.deepEqual(faults, []);
});
