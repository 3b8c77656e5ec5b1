// Services that read what all others wrote: exports, the nightly proof, reconciliation.

import { createSequencer } from '../registry/token-log/index.ts';
import { createExports } from '../reports/exports/index.ts';
import { createProof } from '../reports/proof/index.ts';
import { createReconciliation, createSettlementFetching } from '../reports/reconciliation/index.ts';
import type { Ground } from './ground.ts';
import type { Money } from './money.ts';

export type Reports = ReturnType<typeof createReports>;

export function createReports(g: Ground, { keys, payments }: Pick<Money, 'keys' | 'payments'>) {
  const { database, utilities, clocks, newUuid, provider, masterKey, publicUrl, log } = g;
  const reconciliation = createReconciliation({
    ...{ database, utilities, clocks, newUuid },
    providerName: provider.name,
  });
  return {
    proof: createProof({ database, keys, clocks, newUuid, masterKey, log }),
    reconciliation,
    fetchSettlements: createSettlementFetching({
      ...{ database, utilities, payments, importFile: reconciliation.importFile },
      realNowMs: clocks.real.nowMs,
    }),
    exports: createExports({ database, utilities }),
    tokenLog: createSequencer({
      ...{ database, masterKey, publicUrl, realNowMs: clocks.real.nowMs },
    }),
  };
}
