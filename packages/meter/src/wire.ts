// From the meter's plain numbers to the messages of the protocol, whose quantities are bigints.

import type {
  AccountState,
  MeterEvent,
  ProfileEntry,
  TokenOutcome,
  UpMessage,
} from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { amountOfWh, availableOf, emergencyLeftOf, milliWhOfAmount, moneyOf } from './account.ts';
import { emergencyOf, veryLowThresholdWhOf } from './config.ts';
import { controlModeOf } from './control-mode.ts';
import { accountStatusOf } from './cosem.ts';
import { creditInUseOf, emergencyStatusOf } from './credits.ts';
import { powerLimitInForce } from './limiter.ts';
import { availableMicroOf, type MoneyCredit, standingDueMicroOf, tariffOf } from './money.ts';
import { softwareVersion } from './pages.ts';
import { standingPricesOf } from './standing.ts';
import type { Draft, MeterState } from './state.ts';
import type { StoredEvent, StoredMessage, StoredOutcome, StoredProfileEntry } from './stored.ts';
import { openReasonsOf } from './switch.ts';

/** Quantities by the unit in their name: the stored numbers become the wire's bigints. */
const isQuantity = (key: string): boolean => /(Wh|W|MicroMinor)$/.test(key);

function toWire(value: unknown, key = ''): unknown {
  if (typeof value === 'number') return isQuantity(key) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => toWire(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, toWire(v, name)]));
}

export const outcomeToWire = (outcome: StoredOutcome): TokenOutcome =>
  toWire(outcome) as TokenOutcome;

export const eventToWire = (event: StoredEvent): MeterEvent => toWire(event) as MeterEvent;

export function messageToWire({ sequence, body }: StoredMessage): UpMessage {
  if (body.kind === 'registers') {
    const values = body.values.map(({ register, value }) => ({ register, value: energyWh(value) }));
    return { ...body, sequence, values };
  }
  if (body.kind === 'profile') {
    // The one message that every meter sends at every interval.
    return { kind: 'profile', sequence, entries: body.entries.map(entryToWire) };
  }
  return toWire({ sequence, ...body }) as UpMessage;
}

function entryToWire({ endsAtMs, importEnergyWh, ...more }: StoredProfileEntry): ProfileEntry {
  const entry = { endsAtMs, importEnergyWh: energyWh(importEnergyWh) };
  if (more.exportEnergyWh === undefined && more.flags === undefined) return entry;
  return { ...entry, ...(toWire(more) as Partial<ProfileEntry>) };
}

/**
 * The account as the head-end sees it, in whole watt-hours. Registers are truncated first and
 * credit follows from them, so that on the wire too, with energy credit: credited - imported =
 * available - owed, exactly.
 */
export function accountStateOf(state: MeterState | Draft): AccountState {
  const importWh = Math.floor(state.importMilliWh / 1000);
  const creditedWh = Math.floor(state.creditedMilliWh / 1000);
  const unchargedWh = Math.floor(state.unchargedMilliWh / 1000);
  const netWh = creditedWh - importWh + unchargedWh - Math.ceil(state.clearedMilliWh / 1000);
  // Rounded so that neither turns negative, and their difference is the net.
  const owedWh = Math.max(Math.ceil(state.owedMilliWh / 1000), -netWh, 0);
  const money = moneyOf(state);
  const energy =
    money === null ? { available: netWh + owedWh, owed: owedWh } : energyOfMoney(state, money);
  return {
    capturedAtMs: state.atMs,
    availableEnergyWh: energyWh(energy.available),
    powerW: powerW(state.powerW),
    importEnergyWh: energyWh(importWh),
    creditedEnergyWh: energyWh(creditedWh),
    loadSwitch: state.loadSwitch,
    ...(state.switchUnknownSinceMs == null
      ? {}
      : { switchUnknownSinceMs: state.switchUnknownSinceMs }),
    creditStatus: creditStatusOf(state),
    owedEnergyWh: energyWh(energy.owed),
    ...(state.exportMilliWh > 0
      ? { exportEnergyWh: energyWh(Math.floor(state.exportMilliWh / 1000)) }
      : {}),
    account: accountOf(state),
    ...(money === null ? {} : { money: moneyToWire(state, money) }),
    ...(state.phases === null ? {} : { phases: phasesOf(state.phases) }),
    firmware: softwareVersion,
  };
}

/** An estimate, at the present price. */
function energyOfMoney(
  state: MeterState | Draft,
  money: MoneyCredit,
): { available: number; owed: number } {
  const wholeWh = (micro: number) => Math.floor(milliWhOfAmount(state, micro) / 1000);
  return { available: wholeWh(availableOf(state)), owed: wholeWh(money.owedMicro) };
}

function accountOf(state: MeterState | Draft): NonNullable<AccountState['account']> {
  const { settings } = state;
  const wh = (amount: number) => energyWh(Math.floor(milliWhOfAmount(state, amount) / 1000));
  const status = emergencyStatusOf(state);
  const emergency = emergencyOf(state);
  const limit = powerLimitInForce(state);
  return {
    paymentMode: settings.paymentMode,
    creditUnit: settings.creditUnit,
    accountStatus: accountStatusOf(state),
    reconnection: state.config.reconnection,
    controlMode: controlModeOf(state),
    creditInUse: creditInUseOf(state),
    veryLow: state.veryLowCredit,
    emergency:
      status === null
        ? null
        : {
            status,
            leftEnergyWh: wh(emergencyLeftOf(state)),
            usedEnergyWh: wh(state.emergencyUsed),
            presetEnergyWh: energyWh(emergency.presetWh),
            automatic: emergency.automatic,
          },
    paidBackEnergyWh: wh(state.paidBack),
    reservedEnergyWh: wh(state.reserved),
    openReasons: openReasonsOf(state),
    protectedUntilMs: state.protectedUntilMs,
    powerLimitW: limit === null ? null : powerW(limit.limitW),
    powerLimitBy: limit?.by ?? null,
    lowCreditThresholdWh: energyWh(state.config.lowCreditThresholdWh),
    veryLowCreditThresholdWh: energyWh(veryLowThresholdWhOf(state)),
    tamper: [...state.tamper.latched],
  };
}

function moneyToWire(
  state: MeterState | Draft,
  money: MoneyCredit,
): NonNullable<AccountState['money']> {
  const { tariff } = state.settings;
  if (tariff === null) throw new Error('money credit without a tariff');
  const { id, version, currency } = tariffOf(tariff);
  return {
    currency,
    availableMicroMinor: BigInt(availableMicroOf(money)),
    creditedMicroMinor: BigInt(money.creditedMicro),
    chargedMicroMinor: BigInt(money.chargedMicro),
    clearedMicroMinor: BigInt(money.clearedMicro),
    owedMicroMinor: BigInt(money.owedMicro),
    tariff: { id, version },
    perKwhMicroMinor: BigInt(money.microPerKwh),
    standingChargedMicroMinor: BigInt(money.standingMicro),
    standingDueMicroMinor: standingDueMicroOf(money),
    standingPrices: standingPricesOf(state).map(({ code: _, priceMicroMinor, ...price }) => ({
      ...price,
      priceMicroMinor: BigInt(priceMicroMinor),
    })),
    ...creditsInMoney(state),
  };
}

/** What `accountOf` says in energy, as the money that is counted. */
function creditsInMoney(state: MeterState | Draft) {
  const worth = (energyWh: number) => BigInt(amountOfWh(state, energyWh));
  return {
    ...(emergencyStatusOf(state) === null
      ? {}
      : {
          emergencyLeftMicroMinor: BigInt(emergencyLeftOf(state)),
          emergencyUsedMicroMinor: BigInt(state.emergencyUsed),
          emergencyPresetMicroMinor: worth(emergencyOf(state).presetWh),
        }),
    reservedMicroMinor: BigInt(state.reserved),
    paidBackMicroMinor: BigInt(state.paidBack),
    lowCreditThresholdMicroMinor: worth(state.config.lowCreditThresholdWh),
    veryLowCreditThresholdMicroMinor: worth(veryLowThresholdWhOf(state)),
  };
}

const phasesOf = (phases: NonNullable<MeterState['phases']>) =>
  phases.powerW.map((watts, index) => {
    const voltageV = phases.voltageV[index] ?? 0;
    // The sensors give power and voltage: the current of a load with a power factor of one.
    const currentMilliA = voltageV === 0 ? 0 : Math.round((watts * 1000) / voltageV);
    return { powerW: powerW(watts), voltageV, currentMilliA };
  });

function creditStatusOf(state: MeterState | Draft): AccountState['creditStatus'] {
  if (state.settings.paymentMode === 'credit') return 'inCredit';
  // What the ledger holds for the customer is on its way back.
  if (state.awaitsCreditUntilMs != null) return 'inCredit';
  if (state.exhausted) return 'outOfCredit';
  return state.lowCredit ? 'lowCredit' : 'inCredit';
}
