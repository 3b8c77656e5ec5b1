// The two ports of the DLMS driver, where they are wanted: one where meters dial in, one where they
// push to. Joined here with the driver and the rows of its meters.

import type { DriverFault } from '@prewatt/protocol';
import type { RandomBytes } from '@prewatt/quantities';
import type { Database } from '../../../base/database.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import { type DialIn, listenForMeters } from './dial-in.ts';
import type { DlmsDriver } from './driver.ts';
import { everyCandidateOf } from './key-change-store.ts';
import { keepCounters, type LinkedMeter, leaseOne, releaseLease } from './link-store.ts';
import { listenForPushes, type Pushes } from './pushes.ts';

export type DlmsListenersOptions = {
  readonly driver: DlmsDriver;
  readonly database: Database;
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly random: RandomBytes;
  readonly host: string;
  /** Null: not listened to. */
  readonly dialInPort: number | null;
  readonly pushPort: number | null;
  readonly onFault: (meterPan: string, fault: DriverFault) => void;
  readonly log: Log;
};

export type DlmsListeners = {
  readonly dialIn: DialIn | null;
  readonly pushes: Pushes | null;
  readonly close: () => Promise<void>;
};

const leaseMs = 30_000;
/** A stranger makes the server look which meters are linked no more often than this. */
const lookAgainMs = 5_000;

export async function openDlmsListeners(o: DlmsListenersOptions): Promise<DlmsListeners> {
  const { host, random, onFault, log } = o;
  const index = createIndex(o.driver);
  const dialIn =
    o.dialInPort === null
      ? null
      : await listenForMeters({
          ...{ host, port: o.dialInPort, random, onFault, log },
          meterBy: index.byDeviceId,
          dialledIn: o.driver.dialledIn,
        });
  const pushes = o.pushPort === null ? null : await openPushes(o, o.pushPort, index);
  return {
    dialIn,
    pushes,
    close: async () => {
      await dialIn?.close();
      await pushes?.close();
    },
  };
}

const openPushes = (o: DlmsListenersOptions, port: number, index: Index): Promise<Pushes> => {
  const { database, clocks, driver, host, onFault, log } = o;
  return listenForPushes({
    ...{ host, port, onFault, log, meterByTitle: index.byTitle },
    lease: ({ place }) =>
      database.inUtility(place.utilityId, (tx) =>
        leaseOne(
          tx,
          { by: crypto.randomUUID(), nowMs: clocks.real.nowMs(), forMs: leaseMs },
          place,
        ),
      ),
    candidatesOf: (row) => everyCandidateOf(o.masterKey, row),
    keepCounters: (row, counters, { pair }) =>
      keepCounters(database, row.place, counters, pair.encryptionKey === 'new'),
    release: async (row, { heard }) => {
      const nowMs = clocks.business.nowMs();
      await database.inUtility(row.place.utilityId, (tx) =>
        releaseLease(tx, row.place, { heard, nowMs }),
      );
      if (heard) driver.visitNow(row.meterPan);
    },
  });
};

type Index = ReturnType<typeof createIndex>;

/** Meters by what they say of themselves; made anew when the driver has looked again. */
function createIndex(driver: DlmsDriver) {
  let of: ReturnType<DlmsDriver['meters']> | null = null;
  let byId = new Map<string, LinkedMeter>();
  let byName = new Map<string, LinkedMeter>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const update = (): void => {
    const meters = driver.meters();
    if (of === meters) return;
    of = meters;
    byId = new Map();
    byName = new Map();
    for (const meter of meters.values()) {
      if (meter.deviceId !== null) byId.set(meter.deviceId, meter);
      if (meter.serverTitleHex !== null) byName.set(meter.serverTitleHex, meter);
    }
  };
  return {
    byTitle: (titleHex: string): LinkedMeter | null => {
      update();
      return byName.get(titleHex) ?? null;
    },
    byDeviceId: async (deviceId: string): Promise<LinkedMeter | null> => {
      update();
      const known = byId.get(deviceId);
      if (known !== undefined || performance.now() - lookedAt < lookAgainMs) return known ?? null;
      lookedAt = performance.now();
      await driver.refresh();
      update();
      return byId.get(deviceId) ?? null;
    },
  };
}
