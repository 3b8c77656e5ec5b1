// The `prewatt xmlvend` group: a shop's client for trying XMLVend servers.

import { createGroup, summariesOf } from '../dispatch.ts';
import { checkCommand } from './check-command.ts';
import { loadCommand } from './load-command.ts';
import type { XmlvendCommand } from './shop-options.ts';

const commands: Readonly<Record<string, XmlvendCommand>> = {
  check: checkCommand,
  load: loadCommand,
};

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
