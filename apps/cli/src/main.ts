#!/usr/bin/env node
// The `prewatt` command: a table of groups, each a module loaded only when it is asked for. This
// file is the composition root: standard streams, environment, clock and randomness are handed on
// from here.

import { randomInt } from 'node:crypto';
import { openAsBlob, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import manifest from '../package.json' with { type: 'json' };
import {
  type CommandContext,
  type CommandGroup,
  faultInFile,
  printResult,
  refused,
  usageError,
} from './command.ts';
import { tailOf } from './command-help.ts';
import { completion } from './completion.ts';
import { didYouMean } from './did-you-mean.ts';
import { titles } from './examples.ts';
import { replaceFile } from './replace-file.ts';

export const groups: Readonly<Record<string, () => Promise<CommandGroup>>> = {
  audit: async () => (await import('./audit/group.ts')).auditGroup,
  'audit-log': async () => (await import('./audit-log/group.ts')).auditLogGroup,
  auth: async () => (await import('./auth/group.ts')).authGroup,
  broker: async () => (await import('./broker/group.ts')).brokerGroup,
  approval: async () => (await import('./approval/group.ts')).approvalGroup,
  backup: async () => (await import('./backup/group.ts')).backupGroup,
  bulk: async () => (await import('./bulk/group.ts')).bulkGroup,
  campaign: async () => (await import('./campaign/group.ts')).campaignGroup,
  card: async () => (await import('./card/group.ts')).cardGroup,
  citus: async () => (await import('./setup/citus.ts')).citusGroup,
  command: async () => (await import('./command/group.ts')).commandGroup,
  conform: async () => (await import('./conform/group.ts')).conformGroup,
  forecast: async () => (await import('./forecast/group.ts')).forecastGroup,
  grant: async () => (await import('./grant/group.ts')).grantGroup,
  install: async () => (await import('./install/group.ts')).installGroup,
  integration: async () => (await import('./integration/group.ts')).integrationGroup,
  key: async () => (await import('./key/group.ts')).keyGroup,
  messages: async () => (await import('./messages/group.ts')).messagesGroup,
  print: async () => (await import('./print/group.ts')).printGroup,
  proof: async () => (await import('./proof/group.ts')).proofGroup,
  protection: async () => (await import('./protection/group.ts')).protectionGroup,
  rails: async () => (await import('./rails/group.ts')).railsGroup,
  light: async () => (await import('./light/group.ts')).lightGroup,
  readings: async () => (await import('./readings/group.ts')).readingsGroup,
  reconcile: async () => (await import('./reconcile/group.ts')).reconcileGroup,
  revenue: async () => (await import('./revenue/group.ts')).revenueGroup,
  sts: async () => (await import('./sts/group.ts')).stsGroup,
  tariff: async () => (await import('./tariff/group.ts')).tariffGroup,
  meter: async () => (await import('./correction/meter.ts')).meterGroup,
  debt: async () => (await import('./correction/debt.ts')).debtGroup,
  'bank-statement': async () => (await import('./correction/bank-statement.ts')).bankStatementGroup,
  money: async () => (await import('./correction/money.ts')).moneyGroup,
  sale: async () => (await import('./correction/sale.ts')).saleGroup,
  statement: async () => (await import('./correction/statement.ts')).statementGroup,
  team: async () => (await import('./team/group.ts')).teamGroup,
  vendor: async () => (await import('./vendor/group.ts')).vendorGroup,
  wallet: async () => (await import('./correction/wallet.ts')).walletGroup,
  xmlvend: async () => (await import('./xmlvend/group.ts')).xmlvendGroup,
  import: async () => (await import('./import/group.ts')).importGroup,
  database: async () => (await import('./setup/database.ts')).databaseGroup,
  doctor: async () => (await import('./setup/doctor.ts')).doctorGroup,
  export: async () => (await import('./export/group.ts')).exportGroup,
  utility: async () => (await import('./setup/utility.ts')).utilityGroup,
  operator: async () => (await import('./setup/operator.ts')).operatorGroup,
  restore: async () => (await import('./setup/restore.ts')).restoreGroup,
  verify: async () => (await import('./verify/group.ts')).verifyGroup,
};

const help = `prewatt: engineer's and operator's commands

  prewatt approval ...        what one operator asks for and a second one allows
  prewatt audit ...           what an auditor takes along to check a utility offline
  prewatt audit-log ...       what operators did, by name
  prewatt auth ...            sign in once, for many commands
  prewatt backup ...          the database that Prewatt brings: backed up, tried, put back
  prewatt bank-statement ...  payments of a bank account's statements: look, bring, list
  prewatt broker ...          the certificate of an MQTT broker of your own
  prewatt bulk ...            tokens for many meters from one file, paid from a vendor's float
  prewatt campaign ...        meters moved to another key: who has the tokens, is done, failed
  prewatt card ...            smart cards that carry tokens to a meter and its report back, offline
  prewatt citus ...           readings spread over several nodes, on the database itself
  prewatt command ...         what is asked of a meter: send, take back, how far it has come
  prewatt conform             a meter of any maker through the scenarios that our own passes
  prewatt database ...        its schema brought to this version, on the database itself
  prewatt debt ...            what customers owe besides sales: add, give up
  prewatt doctor              looks at a whole installation: what is wrong, and what to do
  prewatt export ...          registers and books of a server as CSV
  prewatt forecast ...        how long credit lasts: of one home, and how good that is on files
  prewatt grant ...           tokens without a sale: engineering, free credit
  prewatt import ...          connections, arrears, opening balances, the network from CSV
  prewatt install ...         meters put up and tested, step by step
  prewatt integration ...     programs of others: keys that only read
  prewatt key ...             vending keys, and loading one by two custodians
  prewatt light ...           prepaid street lights: lamps, dim programmes, overrides
  prewatt messages ...        texts that people are sent: checked by language
  prewatt meter ...           meters: listed, exchanged, linked by DLMS or LwM2M, their identity
  prewatt money ...           money of providers that no sale got: listed, moved, paid back
  prewatt operator ...        who works for a utility, on the database itself
  prewatt print               receipts of the till page to a network printer
  prewatt proof               check the laws over a utility's whole database
  prewatt protection ...      rules on cuts: checked, tried on past months, proposed; flags of homes
  prewatt rails ...           are providers and gateways ready; what providers sent; case files
  prewatt readings ...        use by day, what looks wrong in it, and a person's decision
  prewatt reconcile ...       payments against the files of a provider or a bank
  prewatt restore             after an older copy of the database was put back
  prewatt revenue ...         theft ranked with reasons, energy balances, how good that is, offline
  prewatt sale ...            sales: listed, undone, moved, reprinted; credit notes, refunds
  prewatt statement ...       what a connection's prepaid money and debts did
  prewatt sts ...             STS tokens and keys, offline
  prewatt tariff ...          tariff documents, offline, and their versions on a server
  prewatt team ...            who works for the utility: invited, roles, ended
  prewatt utility ...         a utility from nothing, on the database itself
  prewatt vendor ...          vendors who sell for cash: float, keys, deposits, statement
  prewatt verify              the token log and an auditor's export, checked offline
  prewatt wallet ...          money of homes whose credit the ledger holds, and a change of mode
  prewatt xmlvend ...         a shop's client: tries any XMLVend 2.1 server, step by step

prewatt <group> --help lists a group's commands, prewatt help <group> <command> explains one, and
prewatt -v says which version this is. prewatt completion bash|zsh|fish completes words in a shell.

Every command takes --json: one JSON value on standard output, {"error":…} when it fails; without it
errors are words on standard error.
Exit codes: 0 done; 1 refused or failed; 2 the line itself is wrong, and nothing was done.
A server is named by --server or PREWATT_SERVER; sign in once with prewatt auth sign-in, or set
PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD.
`;

/** Runs one command line and gives its exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = args;
  // "prewatt help tariff quote" is "prewatt tariff quote --help".
  if (name === 'help' && rest.length > 0) return run([...rest, '--help'], context);
  if (name === undefined || ['--help', '-h', 'help'].includes(name)) {
    context.print(help);
    return name === undefined ? 2 : 0;
  }
  if (name === 'completion') return completion(rest[0], groups, context);
  if (name === '--version' || name === '-v') {
    context.print(`${manifest.version}\n`);
    return 0;
  }
  const said = { ...context, asJson: rest.includes('--json') };
  const load = Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (load === undefined) {
    const meant = didYouMean(name, Object.keys(groups), 'prewatt ');
    return usageError(said, `no group "${name}"${meant}`, 'prewatt --help');
  }
  const group = await load();
  try {
    const code = await group(rest, said);
    const title = titleOfHelp(name, rest, group);
    if (code === 0 && title !== null) context.print(tailOf(title));
    return code;
  } catch (error) {
    // A file that a command did not look for itself; anything else is a fault of ours.
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    const words = code === faultInFile ? message : faultOfFile(path, code);
    return printResult(refused('file', words), context, said.asJson);
  }
}

function faultOfFile(path: string, code: string): string {
  if (code === 'EEXIST') return `cannot write ${path}: it is there already`;
  return `cannot read ${path}${code === 'unreadable' ? '' : `: ${whyUnreadable[code] ?? code}`}`;
}

/** Whose help was printed by a group that prints it itself; null for all others. */
function titleOfHelp(name: string, rest: readonly string[], group: CommandGroup): string | null {
  const [command = ''] = rest;
  if (!rest.some((word) => word === '--help' || word === '-h')) return null;
  if (group.lines?.has(command) === true || group.lines?.has('') === true) return null;
  return [`${name} ${command}`, name].find((each) => titles.includes(each)) ?? null;
}

const whyUnreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
  EISDIR: 'it is a folder: name a file',
};

const ask: CommandContext['ask'] = async (question, echo) => {
  if (!process.stdin.isTTY) return null;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = echo === 'hidden' ? silent : process.stderr;
  if (echo === 'hidden') process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await terminal.question(echo === 'hidden' ? '' : question);
  } finally {
    terminal.close();
    if (echo === 'hidden') process.stderr.write('\n');
  }
};

/** As the file system's own errors, which `run` tells of where a command does not. */
const unreadable = (path: string, code: string, message: string): Error =>
  Object.assign(new Error(message), { code, path });

/** The effects of this process. */
export const processContext: CommandContext = {
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
  readFile: (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw unreadable(path, 'ENOENT', 'there is no such file');
    if (found.isDirectory()) throw unreadable(path, 'EISDIR', 'it is a folder: name a file');
    return readFileSync(path, 'utf8');
  },
  readStandardInput: () => readFileSync(0, 'utf8'),
  writeSecretFile: (path, text) => writeFileSync(path, text, { mode: 0o600, flag: 'wx' }),
  replaceFile,
  environment: process.env,
  nowMs: () => Date.now(),
  randomNibble: () => randomInt(16),
  // What cannot be opened is thrown at once, not promised.
  openFile: async (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw unreadable(path, 'ENOENT', 'there is no such file');
    if (found.isDirectory()) throw unreadable(path, 'EISDIR', 'it is a folder: name a file');
    return openAsBlob(path);
  },
  listFolder: (path) => readdirSync(path),
  write: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
  fetch,
  sleep: (durationMs) => setTimeout(durationMs),
  ask,
};

if (import.meta.main) {
  // A reader that has seen enough (`| head`) fails the write, not the process.
  process.stdout.on('error', () => {});
  // Not awaited: a module that awaits at its top makes everything that imports it load later, and
  // tests that share a process would then meet in the wrong suite.
  void run(process.argv.slice(2), processContext).then((code) => {
    process.exitCode = code;
  });
}
