// What the factory sets (MeterConfig) and what commands and tokens change later (MeterSettings).
// Neither changes by counting; a setting outlives a new configuration.

import { emergencyCreditOf, type ProtectionRules } from '@prewatt/protection';
import type { ControlMode, CreditUnit, LightsDocument, PaymentMode } from '@prewatt/protocol';

/** What the factory or the utility sets. */
export type MeterConfig = {
  readonly meterPan: string;
  /** IANA zone of friendly hours, holidays, days and months. */
  readonly zone: string;
  readonly vulnerable: boolean;
  /** A device that somebody's health depends on. Absent: false. */
  readonly medical?: boolean;
  /** When the connection turned prepaid, for grace; null or absent: long ago. */
  readonly convertedAtMs?: number | null;
  readonly lowCreditThresholdWh: number;
  /** Absent: a quarter of the threshold above. */
  readonly veryLowCreditThresholdWh?: number;
  readonly protection: ProtectionRules;
  /**
   * The maker's own way, while no control mode is set. `manual`: after a top-up the switch waits
   * for a hand at the meter (readyForReconnection).
   */
  readonly reconnection: 'automatic' | 'manual';
  readonly profileIntervalMinutes: 15 | 30 | 60;
  readonly stateReportMs: number;
  /** Until a kept message is sent again; doubles with each try, at most 64-fold. */
  readonly resendAfterMs: number;
  /** Absent: 1. */
  readonly phases?: 1 | 3;
  /** Absent: 230. */
  readonly nominalVoltageV?: number;
  /** False (absent): energy that flows back counts as taken, and is reported. */
  readonly exportAllowed?: boolean;
  /** True: an open cover or a magnet opens the switch until a ClearTamper token. Absent: false. */
  readonly tamperOpensSwitch?: boolean;
  /** It switches a circuit of street lamps, which goes by what `setLights` says. Absent: false. */
  readonly switchesLamps?: boolean;
  /** Sold to nobody, as the light of stairs: its switch never opens (control mode 0). */
  readonly staysOn?: boolean;
  /** Part of each top-up that is put aside, up to a limit, for the customer to take when low. */
  readonly reserve?: { readonly sharePercent: number; readonly limitWh: number };
};

/** A document of `@prewatt/tariff` without its examples, with the connection's parameters. */
export type MeterTariff = {
  readonly documentJson: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** What commands and tokens change. Null: as the configuration says. */
export type MeterSettings = {
  readonly powerLimitW: number | null;
  /** Difference between the most and the least loaded phase. */
  readonly unbalanceLimitW: number | null;
  readonly overForMs: number;
  readonly reconnectAfterMs: number;
  readonly emergency: { readonly presetWh: number; readonly automatic: boolean } | null;
  readonly protection: ProtectionRules | null;
  readonly vulnerable: boolean | null;
  readonly medical: boolean | null;
  readonly convertedAtMs: number | null;
  readonly paymentMode: PaymentMode;
  /** COSEM class 70, attribute 4 (control-mode.ts). */
  readonly controlMode: ControlMode | null;
  readonly creditUnit: CreditUnit;
  readonly tariff: MeterTariff | null;
  readonly nextTariff: (MeterTariff & { readonly activatesAtMs: number }) | null;
  /** What its circuit of street lamps goes by. */
  readonly lights: LightsDocument | null;
};

export const defaultSettings: MeterSettings = {
  powerLimitW: null,
  unbalanceLimitW: null,
  overForMs: 30_000,
  reconnectAfterMs: 60_000,
  emergency: null,
  protection: null,
  vulnerable: null,
  medical: null,
  convertedAtMs: null,
  paymentMode: 'prepayment',
  controlMode: null,
  creditUnit: 'energy',
  tariff: null,
  nextTariff: null,
  lights: null,
};

type Set = { readonly config: MeterConfig; readonly settings: MeterSettings };

/** The rules in force. */
export const rulesOf = ({ config, settings }: Set): ProtectionRules =>
  settings.protection ?? config.protection;

/** What the protection rules ask about the home. */
export function homeOf({ config, settings }: Set): {
  readonly vulnerable: boolean;
  readonly medical: boolean;
  readonly convertedAtMs: number | null;
} {
  return {
    vulnerable: settings.vulnerable ?? config.vulnerable,
    medical: settings.medical ?? config.medical ?? false,
    convertedAtMs: settings.convertedAtMs ?? config.convertedAtMs ?? null,
  };
}

/** Emergency credit in force: as set, or else as the protection rules grant it. */
export function emergencyOf(set: Set): { readonly presetWh: number; readonly automatic: boolean } {
  const { emergency } = set.settings;
  return emergency ?? { presetWh: Number(emergencyCreditOf(rulesOf(set))), automatic: false };
}

export const veryLowThresholdWhOf = ({ config }: Set): number =>
  config.veryLowCreditThresholdWh ?? Math.floor(config.lowCreditThresholdWh / 4);

/** Throws RangeError on a configuration that cannot be a meter's: a bug of who provisions it. */
export function checkConfig(config: MeterConfig): void {
  const positive = [config.stateReportMs, config.resendAfterMs];
  if (!positive.every((value) => Number.isSafeInteger(value) && value > 0)) {
    throw new RangeError('report and resend intervals must be positive integers');
  }
  const thresholds = [config.lowCreditThresholdWh, config.veryLowCreditThresholdWh ?? 0];
  if (!thresholds.every((value) => Number.isSafeInteger(value) && value >= 0 && value <= 1e9)) {
    throw new RangeError('credit thresholds must be 0..10^9');
  }
  const { reserve } = config;
  if (reserve === undefined) return;
  // A top-up of which everything is put aside would turn nothing on.
  if (!(reserve.sharePercent >= 0 && reserve.sharePercent <= 50 && reserve.limitWh >= 0)) {
    throw new RangeError('reserve must be 0..50 per cent with a limit of at least 0');
  }
}
