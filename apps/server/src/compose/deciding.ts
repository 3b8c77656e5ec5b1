// Approvals with the operations of all features: the feature that asked does what was approved.

import { safetyCutApproval } from '../metering/headend/index.ts';
import { createRulesApproval } from '../metering/protection/index.ts';
import { grantTokensApproval } from '../money/grants/index.ts';
import { vendingKeyLoadApproval } from '../money/keys/index.ts';
import { tariffAssignmentApproval, tariffChangeApproval } from '../money/tariffs/index.ts';
import { vendorApprovals } from '../money/vendors/index.ts';
import {
  type ApprovalOperations,
  type Approvals,
  createApprovals,
  emergencyRulesApproval,
} from '../registry/approvals/index.ts';
import { budgetApproval, controlLimitsApproval } from '../registry/limits/index.ts';
import { teamApprovals } from '../registry/team/index.ts';
import { wrongClockApproval } from '../reports/proof/index.ts';
import { bankStatementApproval } from '../workflows/bank-statements/index.ts';
import {
  approvedCorrections,
  meterExchangeApproval,
  refundPaymentApproval,
  unallocatedApprovals,
} from '../workflows/corrections/index.ts';
import { openingBalancesApproval } from '../workflows/imports/index.ts';
import { backBillApproval } from '../workflows/revenue-protection/index.ts';
import { creditModeApproval } from '../workflows/wallet/index.ts';
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
  const { database, utilities, clocks, newUuid, nowMs, messages, masterKey, webhooks } = g;
  const { auditLog } = g;
  const { commands, usage } = o.metering;
  const { grants, vending, vendors, tariffChanges, bulkAssignments, grantDeps } = o.money;
  const operations: ApprovalOperations = {
    ...vendorApprovals({ managing: vendors.managing, utilities }),
    safetyCut: safetyCutApproval({ sending: o.hearing.sending, utilities }),
    controlLimits: controlLimitsApproval({ utilities, clocks }),
    budget: budgetApproval({ clocks }),
    emergencyRules: emergencyRulesApproval({ clocks }),
    ...teamApprovals({ nowMs, newUuid, auditLog }),
    grantTokens: grantTokensApproval(grantDeps),
    vendingKeyLoad: vendingKeyLoadApproval({ masterKey, hardware: g.hardware, clocks, newUuid }),
    protectionRules: createRulesApproval({ clocks, utilities }),
    creditMode: creditModeApproval(o.workflows.modeDeps),
    tariffChange: tariffChangeApproval({ utilities, changes: tariffChanges }),
    tariffAssignment: tariffAssignmentApproval({ utilities, nowMs, many: bulkAssignments }),
    meterExchange: meterExchangeApproval({
      ...{ grants, utilities, commands, newUuid, nowMs },
      recordReadings: usage.record,
    }),
    wrongClock: wrongClockApproval(),
    bankStatement: bankStatementApproval({ utilities }),
    backBill: backBillApproval({ utilities, newUuid, nowMs }),
    openingBalances: openingBalancesApproval({ utilities, clocks }),
    refundPayment: refundPaymentApproval({ utilities, webhooks, newUuid, nowMs }),
    ...unallocatedApprovals({
      ...{ utilities, commands, messages, webhooks, vending, newUuid, nowMs },
    }),
    ...approvedCorrections({
      ...{ utilities, commands, messages, webhooks, vending, newUuid, nowMs },
    }),
  };
  return createApprovals({ database, clocks, newUuid, masterKey, operations });
}
