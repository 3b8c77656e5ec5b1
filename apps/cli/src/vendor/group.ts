// The `prewatt vendor` group: what operators do about vendors who sell for cash, over HTTP. One
// table of commands.

import { createGroup } from '../dispatch.ts';
import { serverOf, withServer } from '../http-client.ts';
import { helpOfServerGroup } from '../server-group.ts';
import {
  blockCommand,
  createCommand,
  keyCommand,
  listCommand,
  revokeCommand,
  setCommand,
  showCommand,
  siteCommand,
  unblockCommand,
  vendorDepositCommand,
} from './commands.ts';
import { undoDepositCommand, vendorDepositsCommand } from './deposit-commands.ts';
import { loadDesk, type VendorCommand } from './desk.ts';
import { clerkCommand, phoneCommand } from './phone-commands.ts';
import { statementCommand } from './statement-command.ts';
import { terminalCommand } from './terminal-command.ts';

const commands = Object.fromEntries<VendorCommand>([
  ['list', listCommand],
  ['show', showCommand],
  ['create', createCommand],
  ['set', setCommand],
  ['site', siteCommand],
  ['block', blockCommand],
  ['unblock', unblockCommand],
  ['key', keyCommand],
  ['terminal', terminalCommand],
  ['phone', phoneCommand],
  ['clerk', clerkCommand],
  ['revoke', revokeCommand],
  ['deposit', vendorDepositCommand],
  ['deposits', vendorDepositsCommand],
  ['undo-deposit', undoDepositCommand],
  ['statement', statementCommand],
]);

/** Runs `prewatt vendor ...`. */
export const vendorGroup = createGroup<VendorCommand>({
  name: 'vendor',
  help: helpOfServerGroup('vendor', 'vendors who sell for cash', commands),
  commands,
  common: { server: 'text' },
  run: (command, options, context) =>
    withServer(context, serverOf(options, context), async (client) => {
      const desk = await loadDesk(client, context);
      return desk.ok ? command.run(desk.value, options) : desk;
    }),
});
