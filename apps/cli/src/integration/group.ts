// `prewatt integration`: keys of programs of others, and what those are told.

import { integrationScopes, scopeTable } from '@prewatt/api';
import { createServerGroup, serverHelp } from '../server-group.ts';
import { keyCommands } from './integrations.ts';
import { eventLines, webhookCommands, webhookHelp } from './webhooks.ts';

const help = `prewatt integration: programs of others, which read by a key and what they are told (administrators)

  prewatt integration list
  prewatt integration make NAME --scopes SCOPE,SCOPE [--per-minute N] [--days N | --no-end]
                                                     [--request-id ID]
  prewatt integration rotate INTEGRATION [--overlap-hours N] [--days N | --no-end]
                                                     [--request-id ID]
                                 another key; those before it end with the overlap (24 h)
  prewatt integration revoke INTEGRATION --reason TEXT

${webhookHelp}

Scopes:
${integrationScopes.map((scope) => `  ${scope.padEnd(14)} ${scopeTable[scope].shows}`).join('\n')}

Events:
${eventLines.join('\n')}

A key is printed once, by the command that makes it.

${serverHelp}`;

export const integrationGroup = createServerGroup({
  name: 'integration',
  help,
  commands: { ...keyCommands, ...webhookCommands },
});
