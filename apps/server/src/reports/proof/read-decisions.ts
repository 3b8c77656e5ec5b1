// Decision by decision: the seal that the server set when it heard it is made again under the
// master key. What was asked for, by whom, and what a second person decided must be what was
// sealed.

import type { Tx } from '../../base/database.ts';
import { sealedAfter, sealHolds } from '../../registry/approvals/index.ts';
import { type Finding, findingsKept, type Tally } from './check-rule.ts';

const pageSize = 500;

/** Of the transaction's utility, all of them. */
export async function readDecisions(tx: Tx, masterKey: Buffer): Promise<Tally> {
  const findings: Finding[] = [];
  let [checked, failed] = [0n, 0n];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await sealedAfter(tx, { after, limit: pageSize });
    for (const approval of page) {
      checked += 1n;
      if (sealHolds(masterKey, approval)) continue;
      failed += 1n;
      const { id, kind, state } = approval;
      const detail = `${kind}, ${state}: nobody decided this by way of the server`;
      if (findings.length < findingsKept) {
        findings.push({ id, connectionId: null, saleId: null, detail });
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return { checked, failed, findings };
    after = last.id;
  }
}
