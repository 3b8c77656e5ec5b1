// What an exchange of a meter is asked with, what it needs from outside, and how it is refused.

import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Commands, MeterReport } from '../../metering/headend/index.ts';
import type { Grants } from '../../money/grants/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';

export type RecordReadings = (
  tx: Tx,
  reports: readonly MeterReport[],
  receivedAtMs: number,
) => Promise<void>;

export type ExchangeDeps = {
  readonly grants: Pick<Grants, 'issue' | 'priceOnMeter'>;
  readonly utilities: Utilities;
  readonly commands: Pick<Commands, 'cancel' | 'enqueue'>;
  /** A reading that a person states goes the way of all readings. */
  readonly recordReadings: RecordReadings;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export type NewMeter = {
  readonly meterPan: string;
  readonly encryptionAlgorithm: 'ea07' | 'ea11';
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  /** In what it counts its credit as it is put in; energy when left out. */
  readonly counts?: 'energy' | 'money' | undefined;
  /** SHA-256 of the secret of its link, in hex; null for a meter without one. */
  readonly secretSha256: string | null;
};

/** What is left in the old meter: as it last reported, or as the technician read it there. */
export type OldBalance =
  | { readonly from: 'lastReading' }
  | {
      readonly from: 'stated';
      readonly energyWh: string;
      /** The register of all credit that it ever took, if it could be read. */
      readonly creditedWh: string | null;
    }
  | {
      readonly from: 'statedMoney';
      readonly amountMinor: string;
      /** All money that tokens ever brought, as the display shows it. */
      readonly creditedMinor: string | null;
    };

export type Exchange = {
  readonly place: ConnectionPlace;
  readonly oldMeterPan: string;
  readonly meter: NewMeter;
  readonly balance: OldBalance;
  /** In wallet mode: the old meter's register as read there; its last known one when left out. */
  readonly finalImportEnergyWh?: string | undefined;
  /** In wallet mode: the new meter's register as it was put in; its first reading when left out. */
  readonly startImportEnergyWh?: string | undefined;
  /** When all of this was said, by the server's clock: what is left was so then. */
  readonly askedAtMs: number;
  readonly reason: string;
  readonly requestedBy: { readonly operatorId: string; readonly name: string };
  readonly approvedBy: { readonly operatorId: string };
  readonly approvalId: string;
};

export type ExchangeRefusal =
  | 'unknownConnection'
  | 'meterChanged'
  | 'noLink'
  | 'finalReadingBelow'
  | 'finalReadingTooHigh'
  | 'creditModeChanging'
  | 'meterPanInvalid'
  | 'meterExists'
  | 'meterNumberUnusable'
  | 'vendingKeyMissing'
  | 'balanceUnknown'
  | 'balanceStale'
  | 'balanceUnit'
  | 'noPrice'
  | 'tariffNotForMeter'
  | 'replacementRefused';
