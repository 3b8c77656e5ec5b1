// Commands to a meter over its link: what is asked, and what is taken back.

import { type CommandBody, connectionApi } from '@prewatt/api';
import { client, orThrow } from './read.ts';

/**
 * The same request id twice is one command. A cut for safety more than one person may make is
 * answered with the approval that it waits for.
 */
export const sendCommand = (connectionId: string, body: CommandBody) =>
  orThrow(client.call(connectionApi.sendCommand, { id: connectionId, body }));

export const cancelCommand = (connectionId: string, commandId: string, reason: string) =>
  orThrow(
    client.call(connectionApi.cancelCommand, { id: connectionId, commandId, body: { reason } }),
  );
