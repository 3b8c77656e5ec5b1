// The `prewatt xmlvend` group: a shop's client for trying XMLVend servers.

import { createGroup, summariesOf } from '../dispatch.ts';
import { checkCommand, type XmlvendCommand } from './check-command.ts';

const commands: Readonly<Record<string, XmlvendCommand>> = { check: checkCommand };

const groupHelp = `prewatt xmlvend: a shop's client for any XMLVend 2.1 server

${summariesOf('xmlvend', commands)}

Every command takes --json, and --help for its options.
`;

/** Runs `prewatt xmlvend ...`. */
export const xmlvendGroup = createGroup<XmlvendCommand>({
  name: 'xmlvend',
  help: groupHelp,
  commands,
  common: {},
  run: (command, options, context) => command.run(options, context),
});
