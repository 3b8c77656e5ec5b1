// Services of work that takes several steps: alerts, wallet mode, soft landing, key changes,
// imports.

import type { Tx } from '../base/database.ts';
import {
  busiestDayWh,
  isReadSince,
  lastGoodReading,
  maximumW,
  validSpans,
} from '../metering/readings/index.ts';
import { openDebt } from '../money/ledger/index.ts';
import { logSigner } from '../registry/token-log/index.ts';
import { createAlerts, mayBeToldOfLow } from '../workflows/alerts/index.ts';
import { createBankStatements } from '../workflows/bank-statements/index.ts';
import { createRefundSending } from '../workflows/corrections/index.ts';
import { createImports } from '../workflows/imports/index.ts';
import { createKeyChanges } from '../workflows/key-changes/index.ts';
import { createRevenueProtection } from '../workflows/revenue-protection/index.ts';
import { createSmartCards } from '../workflows/smart-cards/index.ts';
import { createSoftLanding } from '../workflows/soft-landing/index.ts';
import { createStreetLights } from '../workflows/street-lights/index.ts';
import { createForecastKeeping } from '../workflows/supply-forecast/index.ts';
import { createTopUps } from '../workflows/top-ups/index.ts';
import { createWallets, type ModeDeps } from '../workflows/wallet/index.ts';
import type { Ground } from './ground.ts';
import type { Metering } from './metering.ts';
import type { Money } from './money.ts';

export type Workflows = ReturnType<typeof createWorkflows>;

const signerOfLog = (g: Ground) => (tx: Tx, utilityId: string) =>
  logSigner(tx, { ...g, utilityId, realNowMs: g.clocks.real.nowMs });

export function createWorkflows(
  g: Ground,
  { commands, usage, driverLinks }: Metering,
  money: Money,
) {
  const {
    database,
    utilities,
    clocks,
    newUuid,
    nowMs,
    messages,
    webhooks,
    phones,
    publicUrl,
    log,
  } = g;
  const { tariffs, vending, grants } = money;
  const alerts = createAlerts({
    ...{ database, messages, webhooks, utilities, phones, tariffs, newUuid, nowMs, publicUrl },
    realNowMs: clocks.real.nowMs,
  });
  const modeDeps: ModeDeps = {
    ...{ commands, tariffs, utilities, newUuid, nowMs },
    register: { lastGood: lastGoodReading, busiestDayWh, maximumW },
    recordReadings: usage.record,
    onMode: alerts.modeNews,
  };
  return {
    ...{ alerts, modeDeps, signerOfLog: signerOfLog(g) },
    smartCards: createSmartCards({
      ...{ database, clocks, newUuid, random: g.random, keys: money.keys },
      recordReadings: usage.record,
      tokenResults: money.tokenResults.tokenResults,
      ...{ cardSaid: alerts.cardSaid, cardMisused: alerts.cardMisused },
    }),
    wallets: createWallets({
      ...modeDeps,
      ...{ database, vending, isReadSince },
      readUse: validSpans,
      openDebt: (tx, debt) => openDebt(tx, { newUuid, nowMs }, debt),
      onReview: alerts.walletReview,
    }),
    landings: createSoftLanding({
      ...{ database, grants, messages, newUuid, nowMs, log },
      mayBeTold: mayBeToldOfLow,
    }),
    forecasts: createForecastKeeping({ database, tariffs, nowMs, onForecast: alerts.follow }),
    topUps: createTopUps({
      ...{ database, utilities, tariffs, vending, messages, newUuid, nowMs, publicUrl },
      payments: money.payments,
    }),
    keyChanges: createKeyChanges({ database, grants, clocks, newUuid }),
    bankStatements: createBankStatements({
      ...{ database, newUuid, nowMs, approvals: g.asking, payments: money.payments },
    }),
    refundSending: createRefundSending({
      ...{ database, utilities, newUuid, nowMs, webhooks, payments: money.payments },
      realNowMs: clocks.real.nowMs,
    }),
    revenue: createRevenueProtection({ database, newUuid, nowMs, realNowMs: clocks.real.nowMs }),
    streetLights: createStreetLights({
      ...{ database, tariffs, commands, driverLinks, newUuid, nowMs, masterKey: g.masterKey },
      utilities: utilities.list,
      onLampFaults: alerts.lampFaults,
    }),
    imports: createImports({ database, utilities, clocks, newUuid, approvals: g.asking }),
  };
}
