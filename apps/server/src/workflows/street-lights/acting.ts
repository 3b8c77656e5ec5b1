// What acts of operators on lighting accounts have in common: who acts, what is refused, and the
// account under its lock.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type { DriverLinks } from '../../metering/drivers/index.ts';
import type { Commands } from '../../metering/headend/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { LightRefusal } from './errors.ts';
import type { FaultDeps } from './faults.ts';
import { type Account, lockAccount, lookSoon } from './store.ts';

export type ActDeps = FaultDeps & {
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly driverLinks: Pick<DriverLinks, 'sumOfLamps'>;
  readonly commands: Pick<Commands, 'enqueue'>;
  /** 32 bytes. */
  readonly masterKey: Buffer;
};

export type By = {
  readonly operatorId: string;
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
};
export type Done = Result<void, LightRefusal>;

/** The account under its lock, for what follows; it is looked at with the next sweep. */
export async function within(
  tx: Tx,
  o: Pick<ActDeps, 'nowMs'>,
  place: ConnectionPlace,
): Promise<Result<Account, 'notLighting' | 'closed'>> {
  const account = await lockAccount(tx, place);
  if (account === null) return err('notLighting');
  if (account.closedAtMs !== null) return err('closed');
  await lookSoon(tx, place, o.nowMs());
  return ok(account);
}

/** Every server process looks who speaks to meters and lamps now. */
export const tellDrivers = (tx: Tx, { utilityId, connectionId }: ConnectionPlace): Promise<void> =>
  notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
