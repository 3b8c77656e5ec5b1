// The `prewatt rails` group: case files of payment, messaging and vending formats, run offline
// through the code that serves these rails, the secrets of rails sealed, and what providers sent.

import { createGroup, summariesOf } from '../dispatch.ts';
import { checkCommand, type RailsCommand } from './check-command.ts';
import {
  notificationCommand,
  notificationsCommand,
  replayCommand,
} from './notification-commands.ts';
import { sealCommand } from './seal-command.ts';

const commands: Readonly<Record<string, RailsCommand>> = {
  check: checkCommand,
  seal: sealCommand,
  notifications: notificationsCommand,
  notification: notificationCommand,
  replay: replayCommand,
};

const groupHelp = `prewatt rails: payment providers, message gateways and vending systems

${summariesOf('rails', commands)}

Every command takes --json, and --help for its options.
`;

/** Runs `prewatt rails ...`. */
export const railsGroup = createGroup<RailsCommand>({
  name: 'rails',
  help: groupHelp,
  commands,
  common: {},
  run: async (command, options, context) => command.run(options, context),
});
