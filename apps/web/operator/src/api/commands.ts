// Acts on a meter over its link: what is asked, and what is taken back.

import { type CommandBody, commandRowSchema, commandSentSchema } from '@prewatt/api';
import { base, client, orThrow } from './read.ts';

const commands = (connectionId: string) =>
  `${base}/connections/${encodeURIComponent(connectionId)}/commands`;

/**
 * The same request id twice is one command. A cut for safety more than one person may make is
 * answered with the approval that it waits for.
 */
export const sendCommand = (connectionId: string, body: CommandBody) =>
  orThrow(client.post(commandSentSchema, commands(connectionId), { body }));

export const cancelCommand = (connectionId: string, commandId: string, reason: string) =>
  orThrow(
    client.post(
      commandRowSchema,
      `${commands(connectionId)}/${encodeURIComponent(commandId)}/cancel`,
      { body: { reason } },
    ),
  );
