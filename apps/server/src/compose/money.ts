// Services that price, sell and account: tariffs, vending, payments, vendors, grants, tokens. Where
// a sale or a grant touches a wallet or a soft landing, the workflow's statement for it is handed
// in here.

import type { Result } from '@prewatt/quantities';
import { createGrants, type GrantDeps } from '../money/grants/index.ts';
import { createKeptNotifications } from '../money/kept-notifications/index.ts';
import { createKeyLoading, createKeys } from '../money/keys/index.ts';
import { createPayments, type RefundWord } from '../money/payments/index.ts';
import {
  createAssignments,
  createBackTests,
  createBulkAssignments,
  createMeterTelling,
  createTariffChanges,
  createTariffs,
} from '../money/tariffs/index.ts';
import { createTokenResults } from '../money/tokens/index.ts';
import { createQuoting, createReceiptLinks, createVending } from '../money/vending/index.ts';
import { createVendors } from '../money/vendors/index.ts';
import { hashingInTurns } from '../registry/sign-in/index.ts';
import { moveOf, takenAfterReversal } from '../workflows/corrections/index.ts';
import { liftByGrant, liftBySales } from '../workflows/soft-landing/index.ts';
import {
  giveToWallet,
  markToCheck,
  owingAfter,
  shortAfter,
  walletTimes,
} from '../workflows/wallet/index.ts';
import type { Ground } from './ground.ts';
import type { Metering } from './metering.ts';

export type Money = ReturnType<typeof createMoney>;

/** What is decided above money, and heard of by its rails. */
type Above = {
  readonly refundAnswered: (
    answerTo: string,
    said: RefundWord,
  ) => Promise<Result<void, 'unknownPayment'>>;
};

export function createMoney(g: Ground, { commands }: Pick<Metering, 'commands'>, above: Above) {
  const { database, utilities, clocks, newUuid, nowMs, messages, random, masterKey } = g;
  const { hardware, webhooks, tracing } = g;
  const { batchWaitMs, publicUrl, provider, earlierProviders = [] } = g;
  const tariffs = createTariffs();
  const keys = createKeys({ masterKey, hardware, nowMs: clocks.real.nowMs });
  const receiptLinks = createReceiptLinks({ masterKey, publicUrl });
  const making = { database, utilities, keys, commands, messages, clocks, newUuid, random };
  const vending = createVending({
    ...{ ...making, webhooks, tracing, receiptLinks },
    quoting: createQuoting(tariffs),
    walletsCredited: (tx, places) => markToCheck(tx, places, nowMs()),
    walletOwing: async (tx, asked) =>
      (await owingAfter(tx, { tariffs }, asked)) ?? (await shortAfter(tx, { tariffs }, asked)),
    landingsLifted: liftBySales,
    takenAfterReversal: (tx, place, saleId) =>
      takenAfterReversal(tx, { newUuid, nowMs }, { place, saleId }),
  });
  const grantDeps: GrantDeps = {
    ...making,
    tariffs,
    landingOver: liftByGrant,
    giveToWallet: (tx, given) => giveToWallet(tx, { tariffs, utilities, newUuid, nowMs }, given),
  };
  const grants = createGrants({ ...grantDeps, approvals: g.asking });
  const keptNotifications = createKeptNotifications({
    ...{ database, utilities, clocks, masterKey, log: g.log },
  });
  const selling = { database, utilities, vending, clocks, newUuid, tracing };
  return {
    ...createTariffServices(g, { commands, tariffs }),
    keys,
    keyLoading: createKeyLoading({ masterKey, hardware, clocks, newUuid, approvals: g.asking }),
    vending,
    receiptLinks,
    payments: createPayments({
      ...{ ...selling, ...above, batchWaitMs, random, masterKey, keptNotifications },
      providers: [provider, ...earlierProviders],
      ...{ messages, phones: g.phones, providerPatienceMs: g.providerPatienceMs },
      publicUrl,
    }),
    keptNotifications,
    vendors: createVendors({
      ...{ ...selling, random, moveOf, approvals: g.asking },
      pins: g.pins ?? hashingInTurns(),
    }),
    grantDeps,
    grants,
    tokenResults: createTokenResults({
      ...{ database, clocks, commands, tracing },
      followers: { sale: vending.tokens, grant: grants.tokens },
    }),
  };
}

/** Tariffs, their changes and assignments, and what meters that price by themselves are told. */
function createTariffServices(
  g: Ground,
  o: Pick<Metering, 'commands'> & { readonly tariffs: ReturnType<typeof createTariffs> },
) {
  const { database, utilities, clocks, newUuid, asking: approvals } = g;
  const { tariffs, commands } = o;
  const meterTariffs = createMeterTelling({ database, utilities, tariffs, commands, clocks });
  const deps = {
    database,
    utilities,
    tariffs,
    clocks,
    newUuid,
    telling: meterTariffs,
    walletTimes,
  };
  const tariffChanges = createTariffChanges({ ...deps, approvals });
  return {
    tariffs,
    meterTariffs,
    tariffChanges,
    backTests: createBackTests({ ...deps, askFor: tariffChanges.askFor }),
    tariffAssignments: createAssignments(deps),
    bulkAssignments: createBulkAssignments({ ...deps, approvals }),
  };
}
