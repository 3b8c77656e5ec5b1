// Approvals with the acts of all features: what a second person allows is done by the feature that
// asked.

import { safetyCutAct } from '../metering/headend/index.ts';
import { createRulesAct } from '../metering/protection/index.ts';
import { grantTokensAct } from '../money/grants/index.ts';
import { vendingKeyLoadAct } from '../money/keys/index.ts';
import { tariffAssignmentAct, tariffChangeAct } from '../money/tariffs/index.ts';
import { vendorActs } from '../money/vendors/index.ts';
import { type ApprovalActs, type Approvals, createApprovals } from '../registry/approvals/index.ts';
import { controlLimitsAct } from '../registry/limits/index.ts';
import {
  correctionActs,
  meterExchangeAct,
  refundPaymentAct,
} from '../workflows/corrections/index.ts';
import { openingBalancesAct } from '../workflows/imports/index.ts';
import { creditModeAct } from '../workflows/wallet/index.ts';
import type { Ground } from './ground.ts';
import type { Hearing } from './hearing.ts';
import type { Metering } from './metering.ts';
import type { Money } from './money.ts';
import type { Workflows } from './workflows.ts';

export function createDeciding(
  g: Ground,
  o: {
    readonly metering: Metering;
    readonly money: Money;
    readonly workflows: Workflows;
    readonly hearing: Hearing;
  },
): Approvals {
  const { database, utilities, clocks, newUuid, nowMs, messages, masterKey } = g;
  const { commands, usage } = o.metering;
  const { grants, vending, vendors, tariffChanges, bulkAssignments, grantDeps } = o.money;
  const acts: ApprovalActs = {
    ...vendorActs({ managing: vendors.managing, utilities }),
    safetyCut: safetyCutAct({ sending: o.hearing.sending, utilities }),
    controlLimits: controlLimitsAct({ utilities, clocks }),
    grantTokens: grantTokensAct(grantDeps),
    vendingKeyLoad: vendingKeyLoadAct({ masterKey, clocks, newUuid }),
    protectionRules: createRulesAct({ clocks, utilities }),
    creditMode: creditModeAct(o.workflows.modeDeps),
    tariffChange: tariffChangeAct({ utilities, changes: tariffChanges }),
    tariffAssignment: tariffAssignmentAct({ utilities, nowMs, many: bulkAssignments }),
    meterExchange: meterExchangeAct({
      ...{ grants, utilities, commands, newUuid, nowMs },
      recordReadings: usage.record,
    }),
    openingBalances: openingBalancesAct({ utilities, clocks }),
    refundPayment: refundPaymentAct({ utilities, newUuid, nowMs }),
    ...correctionActs({ utilities, commands, messages, vending, newUuid, nowMs }),
  };
  return createApprovals({ database, clocks, newUuid, masterKey, acts });
}
