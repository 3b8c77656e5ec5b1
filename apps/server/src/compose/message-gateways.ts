// The message gateways of this process: those of the secrets file in their order, or the sandbox.

import {
  createGateways,
  createSandboxGateway,
  type MessageGateway,
} from '../messaging/gateways/index.ts';
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
