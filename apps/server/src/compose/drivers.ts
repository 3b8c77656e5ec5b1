// Drivers beside MQTT: made of the services when the link to meters opens, looked after by two
// sweeps of the process.

import { systemRandom } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Sweep } from '../base/sweeps.ts';
import {
  createDlmsDriver,
  type DlmsDriver,
  type DlmsListeners,
  openDlmsListeners,
} from '../metering/drivers/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import type { Config } from './config.ts';
import type { Services } from './services.ts';

export type DriverServices = Pick<Services, 'database' | 'clocks' | 'utilities' | 'alerts'>;

export type OpenedDlms = { readonly driver: DlmsDriver; readonly listeners: DlmsListeners };

export async function openDlms(
  config: Pick<Config, 'secrets' | 'dlms'>,
  services: DriverServices,
  log: Log,
): Promise<OpenedDlms> {
  const { database, clocks, utilities, alerts } = services;
  const tell = (meterPan: string, fault: Parameters<typeof alerts.driverFault>[1]): void => {
    void alerts.driverFault(meterPan, fault).catch((error) => {
      log.warn({ meterPan, error: String(error) }, 'a fault of a DLMS meter not listed');
    });
  };
  const masterKey = Buffer.from(config.secrets.masterKey, 'base64');
  const { parallel, host, dialInPort, pushPort } = config.dlms;
  const common = { database, clocks, masterKey, log, random: systemRandom, onFault: tell };
  const driver = createDlmsDriver({
    ...{ ...common, parallel, utilities: utilities.list },
    onMended: (meterPan) => tell(meterPan, null),
  });
  const listeners = await openDlmsListeners({ ...common, driver, host, dialInPort, pushPort });
  return { driver, listeners };
}

export const sweepsOfDriver = (driver: DlmsDriver): readonly Sweep<Utility>[] => [
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
];
