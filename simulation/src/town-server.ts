// The town's server: its modules in this process, on a database that dies by chance, with the
// town's network for a broker and its list of messages for a gateway.

import { decodeDown } from '@prewatt/protocol';
import {
  accepted,
  createLog,
  createServices,
  type Database,
  oneWayGateway,
  type Services,
} from '@prewatt/server/services';
import { createDyingDatabase, type DyingDatabase } from './dying-database.ts';
import type { FakeProvider } from './provider.ts';
import type { Random } from './random.ts';
import type { TownNetwork } from './town-network.ts';
import type { TownNow } from './town-now.ts';

export type SentSms = { readonly to: string; readonly text: string; readonly atMs: number };

export type ServerDeps = {
  readonly now: TownNow;
  readonly database: Database;
  readonly losses: Random;
  readonly ids: Random;
  readonly provider: FakeProvider;
  readonly network: TownNetwork;
  readonly sms: SentSms[];
  readonly masterKey: Buffer;
  readonly publicUrl: string | undefined;
};

export type TownServer = { readonly dying: DyingDatabase; readonly services: Services };

/** A process of the server: nothing of the one before is in its memory. */
export function startServer(o: ServerDeps): TownServer {
  const { now, network } = o;
  const clock = { nowMs: () => now.atMs };
  const dying = createDyingDatabase(o.database, {
    random: o.losses,
    lostCommit: () => (now.isOpen ? now.faults.lostCommit : 0),
  });
  const services = createServices({
    database: dying,
    clocks: { business: clock, real: clock, speed: 1 },
    random: o.ids.bytes,
    provider: o.provider,
    gateways: [
      oneWayGateway(async ({ to, text }) => {
        o.sms.push({ to, text, atMs: now.atMs });
        return accepted();
      }),
    ],
    transport: {
      send: async (meterPan, payload) => {
        const message = decodeDown(payload);
        if (!message.ok) throw new Error('the head-end sent what no meter can read');
        const { value } = message;
        const what = value.kind === 'acknowledge' ? value.sequence : value.kind;
        network.down().send(`${meterPan} ${what}`, { meterPan, message: value }, now.tick);
      },
    },
    masterKey: o.masterKey,
    // One lane to one connection: what arrives together is stored together.
    parallelMessages: 1,
    // What goes together must not hang on how fast this machine is.
    batchWaitMs: null,
    providerPatienceMs: 600_000,
    publicUrl: o.publicUrl ?? 'https://utility.invalid',
    log: createLog({ name: 'town', level: 'silent' }),
  });
  return { dying, services };
}
