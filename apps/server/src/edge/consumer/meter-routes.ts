// The page about the customer's meter: what it says of itself, shortly and without its codes. It
// only reads.

import {
  type CreditAmount,
  type MeterFactsView,
  type MeterReportJson,
  pageRoutes,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { renderMeter, type Voice } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { meterViewOf } from '../operators/index.ts';
import type { PagesContext, Scope } from './pages.ts';
import { waitingFor } from './when-credit-ends.ts';

export function meterPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.meter, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: await factsOf(scope),
      utility: scope.utility,
    }));
    return o.page(reply, renderMeter(o.frame(request, reply, utility), view));
  });
}

/** Who closes a switch that the meter has opened: the control modes 1 to 4 leave it to a hand. */
function reconnectionOf(account: MeterReportJson['account']): MeterFactsView['reconnection'] {
  const { controlMode = null, reconnection = null } = account ?? {};
  if (controlMode === null) return reconnection;
  return controlMode >= 1 && controlMode <= 4 ? 'manual' : 'automatic';
}

async function factsOf({ tx, connection, voice }: Scope): Promise<MeterFactsView> {
  const { said } = await meterViewOf(tx, connection);
  const { account, money: sums, switchUnknownSinceMs = null } = said?.report ?? {};
  const isWallet = connection.creditMode === 'wallet';
  const { emergency = null } = account ?? {};
  /** Money where the meter counts it; cut, so that what is left is not said to be more. */
  const amountOf = (energyWh: string, micro: string | undefined): CreditAmount =>
    micro === undefined
      ? { energyWh }
      : { amount: voice.money((BigInt(micro) / 1_000_000n).toString()) };
  return {
    connection: {
      connectionId: idFromUuid('connection', connection.connectionId),
      name: connection.name,
    },
    meterPan: connection.meter.meterPan,
    saidAtMs: said === null ? null : Date.parse(said.capturedAt),
    loadSwitch: switchUnknownSinceMs === null ? (said?.loadSwitch ?? null) : null,
    switchUnknownSinceMs,
    openReasons: account?.openReasons ?? [],
    reconnection: reconnectionOf(account),
    powerLimitW: account?.powerLimitW ?? null,
    protectedUntilMs: account?.protectedUntilMs ?? null,
    waitingTokens: await waitingFor(tx, connection),
    // In wallet mode the meter only counts: what it holds besides is nobody's credit.
    credit:
      isWallet || account === undefined || said === null
        ? null
        : {
            inUse: account.creditInUse,
            warnsBelow:
              account.lowCreditThresholdWh === undefined
                ? null
                : amountOf(account.lowCreditThresholdWh, sums?.lowCreditThresholdMicroMinor),
            emergency:
              emergency === null
                ? null
                : {
                    status: emergency.status,
                    left: amountOf(emergency.leftEnergyWh, sums?.emergencyLeftMicroMinor),
                    isAutomatic: emergency.automatic === true,
                  },
            owed:
              sums === undefined
                ? { energyWh: said.owedEnergyWh }
                : { amount: voice.money(wholeMinor(sums.owedMicroMinor)) },
            standingPrices: (sums?.standingPrices ?? []).map(({ label, ...price }) => ({
              label,
              price: priceText(price, voice),
            })),
            chargesDue:
              sums?.standingDueMicroMinor === undefined || sums.standingDueMicroMinor === '0'
                ? null
                : voice.money(wholeMinor(sums.standingDueMicroMinor)),
          },
  };
}

/** Rounded up: what is owed is not said to be less. */
const wholeMinor = (micro: string): string => ((BigInt(micro) + 999_999n) / 1_000_000n).toString();

/** "R 0.50 a day", "R 12.00 every 2 months" */
function priceText(
  o: {
    readonly count: number;
    readonly unit: 'day' | 'week' | 'month' | 'year';
    readonly priceMicroMinor: string;
  },
  { money, say, words: { meter } }: Voice,
): string {
  const { perDay, perMonth, perWeek, perYear } = meter;
  const every = { day: perDay, week: perWeek, month: perMonth, year: perYear }[o.unit];
  return say(every, { amount: money(wholeMinor(o.priceMicroMinor)), count: o.count });
}
