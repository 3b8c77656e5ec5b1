// Drivers beside MQTT: made of the services when the link to meters opens, looked after by
// sweeps of the process.

import { systemRandom } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Sweep } from '../base/sweeps.ts';
import {
  createDlmsDriver,
  createLampSumDriver,
  createLwm2mDriver,
  type DlmsDriver,
  type DlmsListeners,
  type LampSumDriver,
  type Lwm2mDriver,
  openDlmsListeners,
} from '../metering/drivers/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import type { Config } from './config.ts';
import type { Services } from './services.ts';

export type DriverServices = Pick<
  Services,
  'database' | 'clocks' | 'utilities' | 'alerts' | 'streetLights'
>;

export type OpenedDlms = { readonly driver: DlmsDriver; readonly listeners: DlmsListeners };

type OpenedDrivers = {
  readonly dlms: OpenedDlms;
  readonly lwm2m: Lwm2mDriver;
  readonly lampSums: LampSumDriver;
};

export async function openDrivers(
  config: Pick<Config, 'secrets' | 'dlms' | 'lwm2m'>,
  services: DriverServices,
  log: Log,
): Promise<OpenedDrivers> {
  const { database, clocks, utilities, alerts, streetLights } = services;
  const tell = (meterPan: string, fault: Parameters<typeof alerts.driverFault>[1]): void => {
    void alerts.driverFault(meterPan, fault).catch((error) => {
      log.warn({ meterPan, error: String(error) }, 'a fault of a meter not listed');
    });
  };
  const common = {
    ...{ database, clocks, log, random: systemRandom, utilities: utilities.list },
    masterKey: Buffer.from(config.secrets.masterKey, 'base64'),
    ...{ onFault: tell, onMended: (meterPan: string) => tell(meterPan, null) },
  };
  const dlms = await openDlms(config, common);
  const lwm2m = createLwm2mDriver({ ...common, onLamp: streetLights.lampHeard });
  const lampSums = createLampSumDriver({ sums: streetLights.sums, clocks, log });
  const { host, port } = config.lwm2m;
  if (port !== null) await lwm2m.open(host, port);
  return { dlms, lwm2m, lampSums };
}

async function openDlms(
  config: Pick<Config, 'dlms'>,
  common: Omit<Parameters<typeof createDlmsDriver>[0], 'parallel' | 'limits'>,
): Promise<OpenedDlms> {
  const { parallel, host, dialInPort, pushPort } = config.dlms;
  const driver = createDlmsDriver({ ...common, parallel });
  const listeners = await openDlmsListeners({ ...common, driver, host, dialInPort, pushPort });
  return { driver, listeners };
}

export const sweepsOfDrivers = ({
  dlms: driver,
  lwm2m,
  lampSums,
  visitLamps,
}: {
  readonly dlms: DlmsDriver;
  readonly lwm2m: Lwm2mDriver;
  readonly lampSums: LampSumDriver;
  readonly visitLamps: (utility: Utility) => Promise<void>;
}): readonly Sweep<Utility>[] => [
  {
    ...{ of: 'process', name: 'dlmsLinks', label: 'looking which meters are linked by DLMS' },
    ...{ everyMs: 15_000, timeoutMs: 60_000 },
    run: driver.refresh,
  },
  {
    ...{ of: 'process', name: 'dlmsReads', label: 'reading meters by DLMS' },
    ...{ everyMs: 1_000, timeoutMs: 60_000 },
    run: driver.sweep,
  },
  {
    ...{ of: 'process', name: 'lwm2mLinks', label: 'looking which meters are linked by LwM2M' },
    ...{ everyMs: 15_000, timeoutMs: 60_000 },
    run: lwm2m.refresh,
  },
  {
    ...{ of: 'process', name: 'lwm2mReads', label: 'reading meters by LwM2M' },
    ...{ everyMs: 1_000, timeoutMs: 60_000 },
    run: lwm2m.sweep,
  },
  {
    ...{ of: 'process', name: 'lampSums', label: 'looking which meters are sums of lamps' },
    ...{ everyMs: 15_000, timeoutMs: 60_000 },
    run: lampSums.refresh,
  },
  {
    ...{ of: 'process', name: 'lampReadings', label: 'adding up what lamps have counted' },
    ...{ everyMs: 1_000, timeoutMs: 60_000 },
    run: lampSums.sweep,
  },
  {
    ...{ of: 'each', name: 'lamps', label: 'telling lamps their levels and reading them' },
    ...{ everyMs: 1_000, timeoutMs: 60_000 },
    run: visitLamps,
  },
];
