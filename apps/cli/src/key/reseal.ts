// `prewatt key reseal`: another master key. Works on the database itself, with its owner's rights,
// while no server runs; the keys are in two secrets files and on no command line.

import { countText, err, ok, type Result } from '@prewatt/quantities';
import type { ResealRefusal } from '@prewatt/server/reseal';
import {
  masterKeyOf,
  resealRails,
  type SecretsFile,
  sealedRailsRefusals,
} from '@prewatt/server/sealed-rails';
import {
  type CommandContext,
  type CommandGroup,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { keeperOf } from '../setup/owner.ts';
import { ownerUrlOf } from '../setup/owner-url.ts';

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

/** `--from FILE --to FILE`; the second is made when it is not there, and so is its key's file. */
export const resealCommand: CommandGroup = async (args, context) => {
  const options = parseOptions(args, {
    ...{ from: 'text', to: 'text', 'from-key-file': 'text', 'to-key-file': 'text', json: 'flag' },
  });
  const usage = (message: string) => usageError(context, message, 'prewatt key --help');
  if (typeof options === 'string') return usage(options);
  if (options.positionals.length > 0) return usage('"key reseal" takes nothing but its options');
  const [from, to] = [options.text('from'), options.text('to')];
  if (from === undefined || to === undefined) return usage('--from and --to are missing');
  const owner = ownerUrlOf(context.environment);
  if (!owner.ok) return usage(owner.why);
  const asJson = options.flag('json');
  const keys = bothKeys(context, {
    from: { path: from, keyFile: options.text('from-key-file') },
    to: { path: to, keyFile: options.text('to-key-file') },
  });
  if (!keys.ok) return printResult(refused('secretsFile', keys.error), context, asJson);
  const { reseal } = await import('@prewatt/server/reseal');
  const done = await reseal({
    ...{ url: owner.url, ...keys.value },
    ...{ nowMs: context.nowMs, by: keeperOf(context) },
  });
  if (!done.ok) {
    const { code, detail } = done.error;
    const [message, advice] = words[code];
    const about = detail === '' ? message : `${message}: ${detail}`;
    return printResult(refused(code, about, advice), context, asJson);
  }
  const { vendingKeys, components, authorities, webhookSecrets, keptCards, dlmsKeys, logKeys } =
    done.value;
  const { lwm2mSecrets, decisions, already } = done.value;
  const lines = [
    `sealed anew: ${countText(vendingKeys, 'vending key')}, ${countText(components, 'component')}, ${countText(authorities, 'authority', 'authorities')} ` +
      `of meters, ${countText(webhookSecrets, 'webhook secret')}, ${countText(keptCards, 'kept card')}, ${countText(logKeys, 'key')} of token logs, ${countText(dlmsKeys, 'set', 'sets')} of DLMS keys, ${countText(lwm2mSecrets, 'secret')} of LwM2M, ${countText(decisions, 'decision')} of approvals; ${already} were before`,
    `Start the servers with ${to}. Keep ${from} until they sell, and as long as a backup needs it.`,
  ];
  return printResult({ ok: true, value: { lines, json: done.value } }, context, asJson);
};

type Place = { readonly path: string; readonly keyFile: string | undefined };

/** The two master keys; the second file is made with a new one when it is not there. */
function bothKeys(
  context: CommandContext,
  { from, to }: { readonly from: Place; readonly to: Place },
): Result<{ readonly from: Buffer; readonly to: Buffer }, string> {
  const old = secretsAt(context, from.path);
  if (!old.ok) return err(`${from.path} ${old.error}`);
  const oldKey = masterKeyOf(old.value, from.keyFile);
  if (!oldKey.ok) return err(`${from.path}: ${sealedRailsRefusals[oldKey.error]}`);
  const fresh = secretsAt(context, to.path);
  if (!fresh.ok) {
    if (fresh.error !== absent) return err(`${to.path} ${fresh.error}`);
    return makeFresh(context, { file: old.value, key: oldKey.value, to });
  }
  const newKey = masterKeyOf(fresh.value, to.keyFile);
  if (!newKey.ok) return err(`${to.path}: ${sealedRailsRefusals[newKey.error]}`);
  return ok({ from: oldKey.value, to: newKey.value });
}

/** The same secrets under a key that was made now; the key goes first, and with them or apart. */
function makeFresh(
  context: CommandContext,
  o: { readonly file: SecretsFile; readonly key: Buffer; readonly to: Place },
): Result<{ readonly from: Buffer; readonly to: Buffer }, string> {
  const { file, key, to } = o;
  const byte = () => context.randomNibble() * 16 + context.randomNibble();
  const made = Buffer.from(Array.from({ length: 32 }, byte));
  const resealed = resealRails(file, { from: key, to: made });
  if (!resealed.ok) return err(sealedRailsRefusals[resealed.error]);
  const { masterKey: _, ...others } = resealed.value;
  const text = made.toString('base64');
  if (to.keyFile !== undefined) context.writeSecretFile(to.keyFile, `${text}\n`);
  const whole = to.keyFile === undefined ? { ...others, masterKey: text } : others;
  context.writeSecretFile(to.path, `${JSON.stringify(whole, null, 2)}\n`);
  return ok({ from: key, to: made });
}

const absent = 'is not there';

function secretsAt(context: CommandContext, path: string): Result<SecretsFile, string> {
  try {
    return ok(JSON.parse(context.readFile(path)));
  } catch (error) {
    if (error instanceof SyntaxError) return err('is not a secrets file');
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return err(isAbsent ? absent : 'cannot be read');
  }
}
