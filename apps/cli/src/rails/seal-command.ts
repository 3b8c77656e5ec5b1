// `prewatt rails seal`: what stands in a secrets file to reach payment providers, gateways and mail
// servers is sealed under the master key, and the key may move into a file of its own.

import {
  masterKeyOf,
  railNames,
  type SealedRailsRefusal,
  type SecretsFile,
  sealedRailsRefusals,
  sealRails,
} from '@prewatt/server/sealed-rails';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import type { RailsCommand } from './check-command.ts';

const usage = 'prewatt rails seal FILE [--key-file FILE]';

function run(options: Options, context: CommandContext): CommandResult {
  const [path, ...more] = options.positionals;
  if (path === undefined || more.length > 0) {
    const message = 'one secrets file is to be named';
    return { ok: false, error: { exitCode: 2, code: 'files', message, advice: usage } };
  }
  const file = fileAt(context, path);
  if (file === null) return refused('secretsFile', `${path} cannot be read as a secrets file`);
  const keyFile = options.text('key-file');
  const apart = keyFile === undefined ? undefined : keyApart(context, file, keyFile);
  if (apart !== undefined && !apart.ok) return refusedBecause(apart.error, path);
  const key = apart ?? masterKeyOf(file, undefined);
  if (!key.ok) return refusedBecause(key.error, path);
  const sealed = sealRails(file, key.value);
  if (!sealed.ok) return refusedBecause(sealed.error, path);
  const { masterKey, ...withoutKey } = sealed.value.file;
  const moves = keyFile !== undefined && masterKey !== undefined;
  // The key first: between the two writes it stands in both, never in none.
  if (moves) context.writeSecretFile(keyFile, `${String(masterKey)}\n`);
  const { names } = sealed.value;
  if (moves || names.length > 0) {
    const text = `${JSON.stringify(moves ? withoutKey : sealed.value.file, null, 2)}\n`;
    context.replaceFile(path, text, {});
  }
  return {
    ok: true,
    value: {
      lines: linesOf({ path, keyFile, moves, names }),
      json: { sealed: names, keyMoved: moves },
    },
  };
}

/** The key that a file of its own holds, or that is about to be moved there. */
function keyApart(context: CommandContext, file: SecretsFile, keyFile: string) {
  if (file['masterKey'] === undefined) return masterKeyOf(file, keyFile);
  return isThere(context, keyFile)
    ? ({ ok: false, error: 'twoMasterKeys' } as const)
    : masterKeyOf(file, undefined);
}

function isThere(context: CommandContext, path: string): boolean {
  try {
    context.readFile(path);
    return true;
  } catch {
    return false;
  }
}

function fileAt(context: CommandContext, path: string): SecretsFile | null {
  try {
    const file: unknown = JSON.parse(context.readFile(path));
    return typeof file === 'object' && file !== null && !Array.isArray(file)
      ? (file as SecretsFile)
      : null;
  } catch {
    return null;
  }
}

const refusedBecause = (reason: SealedRailsRefusal, path: string): CommandResult =>
  refused(reason, `${path}: ${sealedRailsRefusals[reason]}`, 'Nothing was changed.');

function linesOf(o: {
  readonly path: string;
  readonly keyFile: string | undefined;
  readonly moves: boolean;
  readonly names: readonly string[];
}): string[] {
  const said = o.names.length === 0 ? 'nothing new to seal' : `sealed: ${o.names.join(', ')}`;
  return [
    `${o.path}: ${said}`,
    ...(o.moves
      ? [
          `The master key is in ${o.keyFile} now: set PREWATT_MASTER_KEY_FILE to it,`,
          'and back it up apart from the secrets file.',
        ]
      : []),
  ];
}

export const sealCommand: RailsCommand = {
  summary: 'secrets of providers, gateways and mail sealed under the master key',
  help: `  ${usage}

Takes the entries ${railNames.join(', ')} that stand plainly in the
secrets file, and puts them into one sealed entry (AES-256-GCM under masterKey). The server opens it
when it starts. To change or add a rail, write its entry into the file again and repeat the command:
it takes the place of the sealed one. The file is replaced whole and keeps its mode and owner.

  --key-file FILE  masterKey moves out of the secrets file into this one (made with mode 0600; it
                   must not be there yet), or is read from it when it has moved before. The server
                   then needs PREWATT_MASTER_KEY_FILE. Neither file alone opens anything.
`,
  options: { 'key-file': 'text' },
  run,
};
