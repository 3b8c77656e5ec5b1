// `prewatt export`: one register or book of the server as CSV on standard output.

import { exportApi, exportKinds, pathOf } from '@prewatt/api';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  parseOptions,
  printResult,
  usageError,
} from '../command.ts';
import { defaultServer, type HttpClient, serverOf, withServer } from '../http-client.ts';

const help = `prewatt export: registers and books as CSV

  prewatt export ${exportKinds.join('|')} > FILE

  --after ID     go on after the row whose first cell is ID, without the header: for a download
                 that broke off
  --server URL   when left out PREWATT_SERVER, else ${defaultServer}

PREWATT_OPERATOR_EMAIL, PREWATT_OPERATOR_PASSWORD and, with a second factor,
PREWATT_OPERATOR_CODE sign in; without them you are asked. The columns of each kind: docs/operating/import.md
`;

/** Runs `prewatt export`. */
export const exportGroup: CommandGroup = async (args, context) => {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    context.print(help);
    return args.length === 0 ? 2 : 0;
  }
  const options = parseOptions(args, { after: 'text', server: 'text' });
  if (typeof options === 'string') return usageError(context, options, 'prewatt export --help');
  const [kind = '', ...others] = options.positionals;
  if (others.length > 0 || !exportKinds.some((each) => each === kind)) {
    const message = `name one of ${exportKinds.join(', ')}`;
    return usageError(context, message, 'prewatt export --help');
  }
  const after = options.text('after');
  const result = await withServer(context, serverOf(options, context), (client) =>
    copy(client, context, pathOf(exportApi.file, { kind, query: { after } })),
  );
  return result.ok ? 0 : printResult(result, context, false);
};

async function copy(
  client: HttpClient,
  context: CommandContext,
  path: string,
): Promise<CommandResult> {
  const answer = await client.request(path);
  if (!answer.ok) return answer;
  try {
    for await (const piece of answer.value.body ?? []) await context.write(piece);
    return { ok: true, value: { lines: [], json: null } };
  } catch {
    const message = 'the export broke off before its end: the file is not whole';
    const advice =
      'Take off the last line if it is cut, and go on with --after and the first cell of the last whole row.';
    return { ok: false, error: { exitCode: 1, code: 'brokenOff', message, advice } };
  }
}
