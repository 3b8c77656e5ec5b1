// The `prewatt vendor` group: what operators do about vendors who sell for cash, over HTTP. One
// table of commands.

import {
  type CommandContext,
  type CommandGroup,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  usageError,
} from '../command.ts';
import { defaultServer, withServer } from '../http-client.ts';
import {
  blockCommand,
  createCommand,
  keyCommand,
  listCommand,
  revokeCommand,
  setCommand,
  showCommand,
  unblockCommand,
  vendorDepositCommand,
} from './commands.ts';
import { loadDesk, type VendorCommand } from './desk.ts';
import { statementCommand } from './statement-command.ts';

const commands = new Map<string, VendorCommand>([
  ['list', listCommand],
  ['show', showCommand],
  ['create', createCommand],
  ['set', setCommand],
  ['block', blockCommand],
  ['unblock', unblockCommand],
  ['key', keyCommand],
  ['revoke', revokeCommand],
  ['deposit', vendorDepositCommand],
  ['statement', statementCommand],
]);

const groupHelp = `prewatt vendor: vendors who sell for cash

${[...commands]
  .map(([name, command]) => `  prewatt vendor ${name.padEnd(10)} ${command.summary}`)
  .join('\n')}

Every command takes --server URL (${defaultServer} when left out), --json,
and --help for its options.
Signs in as an operator: PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or a prompt.
`;

const common: OptionTable = { server: 'text', json: 'flag' };

/** Runs `prewatt vendor ...`. */
export const vendorGroup: CommandGroup = async (args, context) => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    context.print(groupHelp);
    return name === undefined ? 2 : 0;
  }
  const command = commands.get(name);
  if (command === undefined) {
    return usageError(context, `no command "vendor ${name}"`, 'prewatt vendor --help');
  }
  if (rest.includes('--help')) {
    context.print(`prewatt vendor ${name}: ${command.summary}\n\n${command.help}\n`);
    return 0;
  }
  const options = parseOptions(rest, { ...command.options, ...common });
  if (typeof options === 'string') {
    return usageError(context, options, `prewatt vendor ${name} --help`);
  }
  const wrong = wrongArguments(command, options);
  if (wrong !== null) return usageError(context, wrong, `prewatt vendor ${name} --help`);
  return run(command, { options, context });
};

async function run(
  command: VendorCommand,
  o: { readonly options: Options; readonly context: CommandContext },
): Promise<number> {
  const { options, context } = o;
  const server = options.text('server') ?? defaultServer;
  const result = await withServer(context, server, async (client) => {
    const desk = await loadDesk(client);
    return desk.ok ? command.run(desk.value, options) : desk;
  });
  return printResult(result, context, options.flag('json'));
}

function wrongArguments(command: VendorCommand, options: Options): string | null {
  const count = options.positionals.length;
  if (count !== command.positionals) {
    return `takes ${command.positionals} argument${command.positionals === 1 ? '' : 's'}, not ${count}`;
  }
  const missing = command.required.find((name) => options.text(name) === undefined);
  return missing === undefined ? null : `--${missing} is missing`;
}
