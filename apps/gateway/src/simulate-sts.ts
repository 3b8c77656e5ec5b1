// STS meters of a simulated bus. Their keys are in no site.json, since they are in the meters: who
// tries a site out gives them in simulated-sts.json.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '@prewatt/quantities';
import { createStsMeter, type StsMeter } from './simulated-sts-meter.ts';
import { readStsKeys, type Site, type StsKey } from './site.ts';

const homeUsesW = 1_000;

export function readSimulatedKeys(folder: string): Result<readonly StsKey[], string> {
  const path = join(folder, 'simulated-sts.json');
  return existsSync(path) ? readStsKeys(path) : ok([]);
}

/** Those of a bus whose key is known, and the names of the others. */
export function startStsMeters(
  meters: Site['stsMeters'],
  keys: readonly StsKey[],
): { readonly meters: readonly StsMeter[]; readonly leftOut: readonly string[] } {
  const started: StsMeter[] = [];
  const leftOut: string[] = [];
  for (const { meterPan, name, address } of meters) {
    const key = keys.find((each) => each.meterPan === meterPan);
    if (key === undefined) {
      leftOut.push(`${name} (its key is not in simulated-sts.json)`);
      continue;
    }
    const meter = createStsMeter(key, { address, startMs: Date.now() });
    meter.act({ kind: 'load', watts: homeUsesW });
    started.push(meter);
  }
  return { meters: started, leftOut };
}
