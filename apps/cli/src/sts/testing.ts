// The command line as tests use it: through run(), with every effect handed in. The keys are the
// test keys of the official conformance suite.

import assert from 'node:assert/strict';
import type { CommandContext } from '../command.ts';
import { run } from '../main.ts';

export const vendingKey = 'ABABABABABABABAB949494949494949401234567';
/** Options that name the meter of the official conformance suite. */
export const meter = ['--pan', '600727000000000009', '--sgc', '201457'];

export type World = {
  files?: Record<string, string>;
  input?: string;
  environment?: Record<string, string>;
  /** Files that are read as they come. */
  blobs?: Record<string, Blob>;
};

/** Runs one command line in a world of files, standard input and environment. */
export async function prewatt(args: string[], world: World = {}) {
  let out = '';
  let errors = '';
  const written: Record<string, string> = {};
  const context: CommandContext = {
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
    readFile: (path) => {
      const text = world.files?.[path];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
    readStandardInput: () => world.input ?? '',
    replaceFile: () => assert.fail('no file is replaced'),
    writeSecretFile: (path, text) => {
      if (world.files?.[path] !== undefined) throw new Error('EEXIST');
      written[path] = text;
    },
    environment: world.environment ?? {},
    nowMs: () => Date.parse('2026-07-29T10:00Z'),
    randomNibble: () => 5,
    openFile: async (path) => {
      const blob = world.blobs?.[path];
      if (blob === undefined) throw new Error('ENOENT');
      return blob;
    },
    listFolder: (path) => {
      const paths = Object.keys(world.blobs ?? {}).filter((one) => one.startsWith(`${path}/`));
      const names = paths.map((one) => one.slice(path.length + 1));
      if (names.length === 0) throw new Error('ENOENT');
      return names.filter((name) => !name.includes('/'));
    },
    write: () => {
      throw new Error('no bytes are written');
    },
    fetch: () => {
      throw new Error('nothing is asked of a server');
    },
    sleep: async () => {},
    ask: async () => null,
  };
  const exitCode = await run(args, context);
  const json = () => JSON.parse(out);
  return { exitCode, out, errors, written, json };
}

export const withKey: World = { environment: { PREWATT_VENDING_KEY: vendingKey } };
