// Lives one town after the other for the soak, in a process of its own: seeds come in as messages,
// what became of each goes out.

import { createTownDatabase } from './database.ts';
import { faultKinds, faultsOf } from './faults.ts';
import { townPlan } from './plan.ts';
import { RunFailed, runTown } from './run.ts';

export type SoakOrder = { readonly seed: number; readonly homes: number; readonly days: number };
export type SoakAnswer =
  | { readonly sales: number; readonly checks: number }
  | { readonly failure: string };

process.on('message', (order: SoakOrder) => {
  void live(order).then((answer) => process.send?.(answer));
});

async function live({ seed, homes, days }: SoakOrder): Promise<SoakAnswer> {
  const database = await createTownDatabase();
  try {
    const report = await runTown({
      seed,
      ownerUrl: database.ownerUrl,
      appUrl: database.appUrl,
      startMs: Date.UTC(2026, 8, 1),
      tickMs: 3_600_000,
      days,
      faults: faultsOf(faultKinds),
      plan: townPlan(homes),
      masterKey: Buffer.alloc(32, 1),
      parallel: 32,
    });
    return { sales: report.sales, checks: report.lawsChecked };
  } catch (error) {
    if (error instanceof RunFailed) return { failure: `tick ${error.tick}: ${error.message}` };
    return { failure: String(error instanceof Error ? error.stack : error) };
  } finally {
    await database.drop();
  }
}
