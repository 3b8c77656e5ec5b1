// The meter as COSEM objects: Account (111), Credit (112), Charge (113), Disconnect control (70).
// Views for displays, tests and drivers that speak DLMS; the rules are in the files they come from.
// Amounts are in the unit of the account: watt-hours, or minor units of the currency.

import type { ControlMode, CreditKind, CreditPhase, LoadSwitchState } from '@prewatt/protocol';
import { amountOfWh, emergencyLeftOf, moneyOf, owedOf, spendableOf, usableOf } from './account.ts';
import { emergencyOf, rulesOf, veryLowThresholdWhOf } from './config.ts';
import { controlModeOf } from './control-mode.ts';
import { creditInUseOf, emergencyStatusOf, reserveStatusOf } from './credits.ts';
import { tariffOf } from './money.ts';
import { type StandingPrice, standingPricesOf } from './standing.ts';
import type { MeterState } from './state.ts';
import { isOpenFor } from './switch.ts';

/** Attribute 4, bit 0 first. */
export type CreditStatusBit =
  | 'inCredit'
  | 'lowCredit'
  | 'nextCreditEnabled'
  | 'nextCreditSelectable'
  | 'nextCreditSelected'
  | 'selectableCreditInUse'
  | 'outOfCredit';

export type CosemAccount = {
  readonly paymentMode: 'credit' | 'prepayment';
  /** New until the first credit; a meter is not closed, its mode changes. */
  readonly accountStatus: 'new' | 'active';
  readonly creditInUse: CreditKind | null;
  readonly creditStatus: readonly CreditStatusBit[];
  /** Positive amounts of the credits that are selected or in use. */
  readonly availableCredit: number;
  readonly amountToClear: number;
  readonly clearanceThreshold: number;
  /** How a top-up is shared out, in per cent, after what it pays back. */
  readonly tokenGatewayConfiguration: readonly {
    readonly credit: CreditKind;
    readonly percent: number;
  }[];
  readonly aggregatedDebt: number;
  /** Amounts are in the unit by this power of ten: watt-hours, or minor units. */
  readonly currency: {
    readonly name: string;
    readonly scale: number;
    readonly unit: 'consumption' | 'monetary';
  };
  readonly lowCreditThreshold: number;
  readonly nextCreditAvailableThreshold: number;
};

export type CosemCredit = {
  readonly type: CreditKind;
  /** 1 is used first. */
  readonly priority: number;
  readonly currentCreditAmount: number;
  readonly warningThreshold: number;
  /** The amount at which the credit is exhausted. */
  readonly limit: number;
  readonly status: CreditPhase;
  readonly presetCreditAmount: number;
  readonly configuration: {
    readonly confirmation: boolean;
    readonly paidBack: boolean;
    readonly receivesTokens: boolean;
  };
};

export type CosemCharge = {
  readonly type: 'consumption' | 'timeBased' | 'paymentEvent';
  readonly priority: number;
  readonly totalAmountPaid: number;
  /** Per kilowatt-hour, in millionths of a minor unit; null where it is not a unit charge. */
  readonly unitChargeMicro: number | null;
  /** Of a time-based charge: each charge of the tariff, by the table of unit charges. */
  readonly unitCharges: readonly StandingPrice[];
  /** Hundredths of a per cent of a top-up, for a payment-event charge. */
  readonly proportion: number | null;
  readonly totalAmountRemaining: number;
};

/** Disconnect control (class 70). */
export type CosemSwitch = {
  readonly outputState: boolean;
  /** Opened by the meter or a hand, or armed, is ready; opened by command is disconnected. */
  readonly controlState: LoadSwitchState;
  /** Null: the maker's own way, which is none of the seven. */
  readonly controlMode: ControlMode | null;
};

export const cosemSwitchOf = (state: MeterState): CosemSwitch => ({
  outputState: state.loadSwitch === 'connected',
  controlState: controlStateOf(state),
  controlMode: controlModeOf(state),
});

function controlStateOf(state: MeterState): LoadSwitchState {
  if (state.loadSwitch === 'connected') return 'connected';
  return isOpenFor(state, 'remote') ? 'disconnected' : 'readyForReconnection';
}

const wholeOf = (state: MeterState, amount: number): number =>
  Math.floor(amount / (moneyOf(state) === null ? 1000 : 1_000_000));

const kWh = { code: 'kWh', scale: 3 } as const;

export function cosemAccountOf(state: MeterState): CosemAccount {
  const { settings } = state;
  const whole = (amount: number) => wholeOf(state, amount);
  const isMoney = settings.tariff !== null && settings.creditUnit === 'money';
  const { code, scale } = isMoney ? tariffOf(settings.tariff).currency : kWh;
  const putAside = state.config.reserve?.sharePercent ?? 0;
  return {
    paymentMode: settings.paymentMode,
    accountStatus: accountStatusOf(state),
    creditInUse: creditInUseOf(state),
    creditStatus: statusBitsOf(state),
    availableCredit: whole(usableOf(state)),
    amountToClear: whole(owedOf(state)),
    clearanceThreshold: 0,
    tokenGatewayConfiguration: [
      { credit: 'token', percent: 100 - putAside },
      ...(putAside > 0 ? [{ credit: 'reserved', percent: putAside } as const] : []),
    ],
    aggregatedDebt: cosemChargesOf(state).reduce((sum, each) => sum + each.totalAmountRemaining, 0),
    currency: { name: code, scale: 0 - scale, unit: isMoney ? 'monetary' : 'consumption' },
    lowCreditThreshold: whole(amountOfWh(state, state.config.lowCreditThresholdWh)),
    nextCreditAvailableThreshold: whole(amountOfWh(state, state.config.lowCreditThresholdWh)),
  };
}

export function accountStatusOf(
  state: Pick<MeterState, 'settings' | 'creditedMilliWh' | 'money'>,
): CosemAccount['accountStatus'] {
  const isNew = state.creditedMilliWh === 0 && (state.money?.creditedMicro ?? 0) === 0;
  return isNew && state.settings.paymentMode === 'prepayment' ? 'new' : 'active';
}

function statusBitsOf(state: MeterState): CreditStatusBit[] {
  const bits: CreditStatusBit[] = [];
  const emergency = emergencyStatusOf(state);
  if (!state.exhausted) bits.push('inCredit');
  if (state.lowCredit) bits.push('lowCredit');
  if (emergency === 'enabled') bits.push('nextCreditEnabled');
  if (emergency === 'selectable') bits.push('nextCreditSelectable');
  if (emergency === 'selected') bits.push('nextCreditSelected');
  if (emergency === 'inUse') bits.push('selectableCreditInUse');
  if (state.exhausted) bits.push('outOfCredit');
  return bits;
}

export function cosemCreditsOf(state: MeterState): CosemCredit[] {
  const whole = (amount: number) => wholeOf(state, amount);
  const spendable = spendableOf(state);
  const credits: CosemCredit[] = [
    {
      type: 'token',
      priority: 1,
      currentCreditAmount: whole(spendable),
      warningThreshold: whole(amountOfWh(state, veryLowThresholdWhOf(state))),
      limit: 0,
      status: spendable > 0 ? 'inUse' : 'exhausted',
      presetCreditAmount: 0,
      configuration: { confirmation: false, paidBack: false, receivesTokens: true },
    },
  ];
  const reserve = reserveStatusOf(state);
  if (reserve !== null) {
    credits.push({
      type: 'reserved',
      priority: 2,
      currentCreditAmount: whole(state.reserved),
      warningThreshold: 0,
      limit: 0,
      status: reserve,
      presetCreditAmount: whole(amountOfWh(state, state.config.reserve?.limitWh ?? 0)),
      configuration: { confirmation: true, paidBack: false, receivesTokens: true },
    });
  }
  const emergency = emergencyStatusOf(state);
  if (emergency === null) return credits;
  const { presetWh, automatic } = emergencyOf(state);
  credits.push({
    type: 'emergency',
    priority: 3,
    currentCreditAmount: whole(emergencyLeftOf(state)),
    warningThreshold: 0,
    limit: 0,
    status: emergency,
    presetCreditAmount: whole(amountOfWh(state, presetWh)),
    configuration: { confirmation: !automatic, paidBack: true, receivesTokens: false },
  });
  return credits;
}

export function cosemChargesOf(state: MeterState): CosemCharge[] {
  const money = moneyOf(state);
  const paying: CosemCharge = {
    type: 'paymentEvent',
    priority: 3,
    totalAmountPaid: wholeOf(state, state.paidBack),
    unitChargeMicro: null,
    unitCharges: [],
    proportion: rulesOf(state).debt.maximumSharePercent * 100,
    totalAmountRemaining: wholeOf(state, owedOf(state)),
  };
  const consumption: CosemCharge = {
    type: 'consumption',
    priority: 1,
    totalAmountPaid:
      money === null
        ? wholeOf(state, state.importMilliWh - state.unchargedMilliWh)
        : wholeOf(state, money.chargedMicro - money.standingMicro),
    unitChargeMicro: money?.microPerKwh ?? null,
    unitCharges: [],
    proportion: null,
    totalAmountRemaining: 0,
  };
  if (money === null) return [consumption, paying];
  const waiting = Object.values(money.position.charges);
  const time: CosemCharge = {
    type: 'timeBased',
    priority: 2,
    totalAmountPaid: wholeOf(state, money.standingMicro),
    unitChargeMicro: null,
    unitCharges: standingPricesOf(state),
    proportion: null,
    totalAmountRemaining: Number(waiting.reduce((sum, { owedMinor }) => sum + owedMinor, 0n)),
  };
  return [consumption, time, paying];
}
