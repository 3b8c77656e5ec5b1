// What else an operator sees of a wallet: its last order to the meter, how much of the emergency
// credit is used, and what of the balance waits for a sale.

import type { WalletAnswer } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { reservedOf } from './reserved.ts';
import { balanceOf, type Wallet } from './store.ts';
import { emergencyMinor } from './supply.ts';

export type StandingScope = {
  readonly utility: Utility;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly nowMs: number;
};

type Standing = Pick<NonNullable<WalletAnswer['wallet']>, 'order' | 'emergency' | 'reservedMinor'>;

export async function standingOf(
  tx: Tx,
  o: StandingScope & { readonly wallet: Wallet; readonly connection: Connection },
): Promise<Standing> {
  const { wallet, connection } = o;
  const command =
    wallet.commandId === null
      ? undefined
      : await tx
          .selectFrom('commands')
          .select(['kind', 'stage', 'stage_at'])
          .where('bucket', '=', wallet.place.bucket)
          .where('id', '=', wallet.commandId)
          .executeTakeFirst();
  const limitMinor = await emergencyMinor(tx, o, o);
  const balanceMinor = await balanceOf(tx, connection);
  const owedMinor = balanceMinor < 0n ? -balanceMinor : 0n;
  const usedMinor = owedMinor < limitMinor ? owedMinor : limitMinor;
  return {
    order:
      command === undefined
        ? null
        : {
            opens: command.kind === 'switchOpen',
            stage: command.stage,
            stageAt: new Date(command.stage_at).toISOString(),
          },
    emergency:
      limitMinor === 0n
        ? null
        : { limitMinor: limitMinor.toString(), usedMinor: usedMinor.toString() },
    reservedMinor: (await reservedOf(tx, connection)).toString(),
  };
}
