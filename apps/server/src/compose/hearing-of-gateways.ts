// Where each thing that a message gateway tells goes.

import type { Heard } from '../messaging/gateways/index.ts';
import type { Ground } from './ground.ts';

/** Answers with the text of a dialogue; null for all else. */
export function createHearingOfGateways({ messages }: Pick<Ground, 'messages'>) {
  return async (gateway: string, heard: Heard): Promise<string | null> => {
    if (heard.kind === 'report') await messages.reported(gateway, heard);
    return null;
  };
}
