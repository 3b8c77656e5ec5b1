// `prewatt print`: receipts to a network printer, from a file or from a folder into which the till
// page's files come.

import { join } from 'node:path';
import {
  type CommandContext,
  type CommandGroup,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { type Printer, printerAt, send } from './printer.ts';

const help = `prewatt print: receipts of the till page to a network printer

  prewatt print FILE --printer HOST[:PORT]
  prewatt print --folder FOLDER --printer HOST[:PORT]

Sends a receipt of the till page, as it was saved, to a network printer (port 9100 unless told).
With --folder each file ending in .escpos that comes into the folder is printed once, until the
command is stopped; what lies there already is not. With --json each is one JSON value on its line.
`;

const everyMs = 1_000;
const ending = '.escpos';

/** Runs `prewatt print ...`. */
export const printGroup: CommandGroup = async (args, context) => {
  if (args.some((each) => ['--help', '-h', 'help'].includes(each))) {
    context.print(help);
    return 0;
  }
  const options = parseOptions(args, { printer: 'text', folder: 'text', json: 'flag' });
  if (typeof options === 'string') return usageError(context, options, 'prewatt print --help');
  const printer = printerAt(options.text('printer') ?? '');
  if (printer === null) {
    return usageError(context, '--printer HOST[:PORT] is missing', 'prewatt print --help');
  }
  const folder = options.text('folder');
  const [file] = options.positionals;
  if (folder !== undefined) return watchFolder(context, { folder, printer });
  if (file === undefined) return usageError(context, 'no FILE', 'prewatt print --help');
  return (await printFile(context, { file, printer })) ? 0 : 1;
};

async function printFile(
  context: CommandContext,
  { file, printer }: { readonly file: string; readonly printer: Printer },
): Promise<boolean> {
  const bytes = new Uint8Array(await (await context.openFile(file)).arrayBuffer());
  const fault = await send(printer, bytes);
  const result =
    fault === null
      ? ({ ok: true, value: { lines: [`${file}: printed`], json: { printed: file } } } as const)
      : refused('printer', `printer ${printer.host}:${printer.port}: ${fault}`);
  return printResult(result, context, context.asJson === true) === 0;
}

async function watchFolder(
  context: CommandContext,
  { folder, printer }: { readonly folder: string; readonly printer: Printer },
): Promise<number> {
  const done = new Set(context.listFolder(folder));
  if (context.asJson !== true) context.print(`prints each *${ending} that comes into ${folder}\n`);
  for (;;) {
    await context.sleep(everyMs);
    await printNew(context, { folder, printer, done });
  }
}

/** Prints what is new in the folder; a file that was not printed is tried again next time. */
export async function printNew(
  context: CommandContext,
  o: { readonly folder: string; readonly printer: Printer; readonly done: Set<string> },
): Promise<void> {
  for (const name of context.listFolder(o.folder)) {
    if (o.done.has(name) || !name.endsWith(ending)) continue;
    const printed = await printFile(context, { file: join(o.folder, name), printer: o.printer });
    if (!printed) return;
    o.done.add(name);
  }
}
