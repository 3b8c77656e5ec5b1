// Who receives what meters say: each fact is handed to the features that it concerns, on the
// floors above the head-end. Install jobs are constructed here, since they receive from meters and
// send to them.

import {
  createIngest,
  createSafetyEnds,
  createSending,
  type IngestSinks,
  recordContacts,
  workLimits,
} from '../metering/headend/index.ts';
import { newestReading, recordStates } from '../metering/readings/index.ts';
import { createMeterTariff, noteMoneyMeters } from '../money/tariffs/index.ts';
import { createInstalls } from '../workflows/installs/index.ts';
import type { Ground } from './ground.ts';
import type { Metering } from './metering.ts';
import type { Money } from './money.ts';
import type { Workflows } from './workflows.ts';

export type Hearing = ReturnType<typeof createHearing>;

type Floors = {
  readonly metering: Metering;
  readonly money: Money;
  readonly workflows: Workflows;
};

export function createHearing(g: Ground, floors: Floors) {
  const { database, utilities, clocks, newUuid, nowMs, transport, log } = g;
  const { metering, money, workflows } = floors;
  const { commands, certifying, provisioning } = metering;
  const { tariffs, grants, tokenResults } = money;
  const ingest = createIngest({
    ...{ database, transport, commands, clocks, log },
    linkSaid: certifying.linkSaid,
    sinks: sinksOf(floors),
    onOverworked: (meterPan) => {
      void workflows.alerts.overworked(meterPan).catch((error) => {
        log.warn({ meterPan, error: String(error) }, 'a meter that takes too much time not listed');
      });
    },
    workLimits: g.batchWaitMs === null ? null : workLimits,
    parallel: g.parallelMessages ?? 4,
  });
  const sending = createSending({
    ...{ commands, clocks, utilities },
    tariffOf: createMeterTariff({ tariffs, utilities, nowMs }),
    onReleased: workflows.wallets.released,
    onTariffSent: money.meterTariffs.sentByHand,
    homeOf: metering.protection.homeOf,
  });
  const installs = createInstalls({
    ...{ database, utilities, commands, sending, provisioning, certifying, grants, newUuid, nowMs },
    approvals: g.asking,
    linkAccepts: g.identity.accepts,
    tokenTaken: tokenResults.tokenResult,
    lastReading: newestReading,
  });
  const { released: onReleased } = workflows.wallets;
  const safetyEnds = createSafetyEnds({ database, commands, clocks, onReleased });
  return { ingest, sending, safetyEnds, installs };
}

const sinksOf = ({ metering, money, workflows }: Floors): IngestSinks => ({
  states: async (tx, reports, receivedAtMs) => {
    await recordStates(tx, reports, receivedAtMs);
    const inMoney = reports.filter(({ state }) => state.money !== undefined);
    await noteMoneyMeters(
      tx,
      inMoney.map(({ place }) => place),
    );
  },
  contacts: recordContacts,
  readings: metering.usage.record,
  tokenResults: money.tokenResults.tokenResults,
  meterEvents: async (tx, said) => {
    await workflows.alerts.meterEvents(tx, said);
    await workflows.wallets.meterEvents(tx, said);
  },
});
