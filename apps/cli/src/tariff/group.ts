// The `prewatt tariff` group: documents checked, quoted and explained offline; versions changed on
// a server. One table of commands.

import { createGroup, summariesOf } from '../dispatch.ts';
import { assignCommand, assignmentCommand } from './assign-commands.ts';
import { checkCommand } from './check-command.ts';
import { explainCommand } from './explain-command.ts';
import { metersCommand } from './meters-command.ts';
import { quoteCommand } from './quote-command.ts';
import {
  backTestCommand,
  changeCommand,
  listCommand,
  requestCommand,
  showCommand,
} from './server-commands.ts';
import type { TariffCommand } from './tariff-command.ts';

const commands: Readonly<Record<string, TariffCommand>> = {
  check: checkCommand,
  quote: quoteCommand,
  explain: explainCommand,
  list: listCommand,
  show: showCommand,
  change: changeCommand,
  'back-test': backTestCommand,
  request: requestCommand,
  meters: metersCommand,
  assign: assignCommand,
  assignment: assignmentCommand,
};

const groupHelp = `prewatt tariff: tariff documents, offline; versions, changes and
assignments on a server

${summariesOf('tariff', commands)}

Every command takes --json, and --help for its options. How to write a document: docs/tariffs.md
`;

/** Runs `prewatt tariff ...`. */
export const tariffGroup = createGroup<TariffCommand>({
  name: 'tariff',
  help: groupHelp,
  commands,
  common: {},
  run: async (command, options, context) => command.run(options, context),
});
