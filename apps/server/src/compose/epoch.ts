// Whether the database is the one that this server worked with before, and not an older copy.
// Checked before the server starts to work, and at intervals while it runs.

import type { Database } from '../base/database.ts';
import type { Log } from '../base/log.ts';
import type { Sweep } from '../base/sweeps.ts';
import { createEpochWatch, epochText } from '../money/tokens/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import { type Config, ConfigError } from './config.ts';

/** Throws when an older copy was put back. What goes on asking is the answer. */
export async function enterEpoch(
  { stateDir, standbys, clocks }: Config,
  database: Database,
  log: Log,
): Promise<readonly Sweep<Utility>[]> {
  // The checks of the start warn of it.
  if (stateDir === null) return [];
  const watch = createEpochWatch({ database, folder: stateDir, standbys, clocks });
  const first = await watch.beat();
  if (!first.ok) throw new ConfigError(epochText(first.error, stateDir));
  return [
    {
      ...{ of: 'process', name: 'epoch', label: 'looking whether the database is an older copy' },
      ...{ everyMs: 5_000, timeoutMs: 60_000 },
      run: async () => {
        const beaten = await watch.beat();
        if (beaten.ok) return;
        // The database was put back under a living server: what it has read and would sell is not
        // true.
        log.fatal(epochText(beaten.error, stateDir));
        process.exit(1);
      },
    },
  ];
}
