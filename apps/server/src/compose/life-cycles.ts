// All life cycles of the server, for tests and the simulation to hold the database to them.

import pg from 'pg';
import { guardOfLifeCycle, type LifeCycleMoves } from '../base/life-cycle.ts';
import { migrate } from '../base/migrate.ts';
import { commandLife } from '../metering/headend/index.ts';
import { arrivalLife, paymentLife } from '../money/payments/index.ts';
import { saleLife } from '../money/vending/index.ts';
import { jobLife } from '../workflows/installs/index.ts';
import { caseLife } from '../workflows/revenue-protection/index.ts';
import { cardLife } from '../workflows/smart-cards/index.ts';

export const lifeCycles: readonly {
  readonly life: LifeCycleMoves<string>;
  /** The README that shows it, below apps/server/src. */
  readonly readme: string;
}[] = [
  { life: saleLife, readme: 'money/vending/README.md' },
  { life: paymentLife, readme: 'money/payments/README.md' },
  { life: arrivalLife, readme: 'money/payments/README.md' },
  { life: commandLife, readme: 'metering/headend/README.md' },
  { life: jobLife, readme: 'workflows/installs/README.md' },
  { life: caseLife, readme: 'workflows/revenue-protection/README.md' },
  { life: cardLife, readme: 'workflows/smart-cards/README.md' },
];

/** SQL that makes a database refuse every move that no life cycle has. */
const lifeCycleGuards: string = lifeCycles.map(({ life }) => guardOfLifeCycle(life)).join('\n');

/**
 * A migrated database that refuses every move that no life cycle has: what tests and the simulation
 * run on. `ownerUrl` is the owner's.
 */
export async function migrateGuarded(ownerUrl: string): Promise<void> {
  await migrate(ownerUrl);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(lifeCycleGuards);
  } finally {
    await client.end();
  }
}
