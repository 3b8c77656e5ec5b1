// The message gateways of this process: those of the secrets file in their order, or the sandbox.

import type { Sweep } from '../base/sweeps.ts';
import {
  createGateways,
  createSandboxGateway,
  type MessageGateway,
} from '../messaging/gateways/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import type { Config } from './config.ts';
import type { Services } from './services.ts';

export function gatewaysOf({
  secrets,
  sandboxUrl,
  publicUrl,
}: Pick<Config, 'secrets' | 'sandboxUrl' | 'publicUrl'>): [MessageGateway, ...MessageGateway[]] {
  const own = createGateways(secrets.messageGateways, { fetch, publicUrl, chance: Math.random });
  const [first, ...others] = own;
  if (first !== undefined) return [first, ...others];
  return [createSandboxGateway({ baseUrl: sandboxUrl, apiKey: secrets.smsApiKey, fetch })];
}

/** Opens the connections that stay; the answer closes them. */
export function connectGateways({
  gateways,
  hear,
}: Pick<Services, 'gateways' | 'hear'>): () => Promise<void> {
  const closings = gateways.flatMap(({ name, connect }) => {
    if (connect === undefined) return [];
    const close = connect(async (heard) => {
      await hear(name, heard);
    });
    return [close];
  });
  return async () => {
    await Promise.all(closings.map((close) => close()));
  };
}

/** What is looked after for all utilities at once. */
export const sweepsOfMessages = ({
  messages,
  sweepDialogues,
}: Pick<Services, 'messages' | 'sweepDialogues'>): readonly Sweep<Utility>[] => [
  {
    ...{ of: 'process', name: 'deliveryReports', everyMs: 5_000, timeoutMs: 30_000 },
    label: 'taking up delivery reports that came before their message was filed',
    run: messages.sweepReports,
  },
  {
    ...{ of: 'process', name: 'dialogues', everyMs: 600_000, timeoutMs: 30_000 },
    label: 'forgetting dialogues of phones that were left, and counts that are over',
    run: sweepDialogues,
  },
];
