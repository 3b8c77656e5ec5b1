// The public face of integrations.

import type { RandomBytes } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import { createIntegrationKeys, type IntegrationKeys } from './keys.ts';
import { createIntegrationManaging, type IntegrationManaging } from './manage.ts';

export { type IntegrationCaller, isIntegrationKey } from './keys.ts';
export { integrationRoutes } from './routes.ts';

export type Integrations = IntegrationKeys & IntegrationManaging;

export function createIntegrations(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
}): Integrations {
  const { nowMs } = o.clocks.real;
  return {
    ...createIntegrationKeys({ database: o.database, nowMs }),
    ...createIntegrationManaging({ newUuid: o.newUuid, random: o.random, nowMs }),
  };
}
