// `prewatt key reseal`: another master key. Works on the database itself, with its owner's rights,
// while no server runs; the keys are in two secrets files and on no command line.

import type { ResealRefusal } from '@prewatt/server/reseal';
import {
  type CommandContext,
  type CommandGroup,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { keeperOf } from '../setup/owner.ts';

const words: Record<ResealRefusal, readonly [message: string, advice: string]> = {
  sameKey: ['both files hold the same master key', 'Name two files, or a new file to be made.'],
  serverRunning: [
    'a server is connected to this database',
    'Stop every server first; it would go on with the old key.',
  ],
  rotationUnderWay: [
    'a new link secret is on its way to meters',
    'Wait until they have used it, or revoke and pair them anew.',
  ],
  doesNotOpen: [
    'something is sealed under neither key; nothing was changed',
    'Give the file with the key that it was sealed under.',
  ],
};

/** `--from FILE --to FILE`; the second one is made when it is not there. */
export const resealCommand: CommandGroup = async (args, context) => {
  const options = parseOptions(args, { from: 'text', to: 'text', json: 'flag' });
  const usage = (message: string) => usageError(context, message, 'prewatt key --help');
  if (typeof options === 'string') return usage(options);
  const notSecrets = (message: string) =>
    printResult(refused('secretsFile', message), context, options.flag('json'));
  if (options.positionals.length > 0) return usage('"key reseal" takes nothing but its options');
  const [from, to] = [options.text('from'), options.text('to')];
  if (from === undefined || to === undefined) return usage('--from and --to are missing');
  const url = context.environment['OWNER_URL'];
  if (url === undefined) return usage('OWNER_URL is missing: the database, as its owner');
  const old = readSecrets(context, from);
  if (typeof old === 'string') return notSecrets(old);
  const fresh = readSecrets(context, to, () => withNewKey(context, old));
  if (typeof fresh === 'string') return notSecrets(fresh);
  const { reseal } = await import('@prewatt/server/reseal');
  const done = await reseal({
    ...{ url, from: keyOf(old), to: keyOf(fresh) },
    ...{ nowMs: context.nowMs, by: keeperOf(context) },
  });
  const asJson = options.flag('json');
  if (!done.ok) {
    const { code, detail } = done.error;
    const [message, advice] = words[code];
    const about = detail === '' ? message : `${message}: ${detail}`;
    return printResult(refused(code, about, advice), context, asJson);
  }
  const { vendingKeys, components, authorities, webhookSecrets, keptCards, dlmsKeys } = done.value;
  const { lwm2mSecrets, decisions, already } = done.value;
  const lines = [
    `sealed anew: ${vendingKeys} vending keys, ${components} components, ${authorities} authorities ` +
      `of meters, ${webhookSecrets} webhook secrets, ${keptCards} kept cards, ${dlmsKeys} sets of DLMS keys, ${lwm2mSecrets} secrets of LwM2M, ${decisions} decisions of approvals; ${already} were before`,
    `Start the servers with ${to}. Keep ${from} until they sell, and as long as a backup needs it.`,
  ];
  return printResult({ ok: true, value: { lines, json: done.value } }, context, asJson);
};

type Secrets = Readonly<Record<string, unknown>> & { readonly masterKey: string };

const keyOf = (secrets: Secrets): Buffer => Buffer.from(secrets.masterKey, 'base64');

/** A text says what is wrong with the file. */
function readSecrets(
  context: CommandContext,
  path: string,
  make?: () => Secrets,
): Secrets | string {
  let text: string;
  try {
    text = context.readFile(path);
  } catch (error) {
    if (make === undefined || (error as NodeJS.ErrnoException).code !== 'ENOENT') {
      return `${path} cannot be read`;
    }
    const made = make();
    context.writeSecretFile(path, `${JSON.stringify(made, null, 2)}\n`);
    return made;
  }
  try {
    const secrets = JSON.parse(text) as Secrets;
    return keyOf(secrets).length === 32 ? secrets : `${path}: masterKey is not 32 bytes in base64`;
  } catch {
    return `${path} is not a secrets file`;
  }
}

function withNewKey(context: CommandContext, old: Secrets): Secrets {
  const byte = () => context.randomNibble() * 16 + context.randomNibble();
  const key = Buffer.from(Array.from({ length: 32 }, byte));
  return { ...old, masterKey: key.toString('base64') };
}
