// The contract between the head-end and whatever speaks to meters in another tongue. Types and
// closed unions alone: a driver passes messages of this package on, or does a meter's tasks one by
// one. What becomes of a command stays the head-end's own table of stages, whoever carries it.

import type { AccountState } from './account-state.ts';
import type { CommandRefusal } from './commands.ts';
import type { MeterEvent } from './events.ts';
import type { MeterRegister, ProfileEntry } from './messages.ts';
import type { TokenOutcome } from './token-outcome.ts';
import type { LinkState } from './topics.ts';
import type { LoadSwitchState } from './values.ts';

/** `lamps`: no device, the sum of a lighting account's lamps. */
export const driverNames = ['mqtt', 'dlms', 'lwm2m', 'lamps'] as const;
export type DriverName = (typeof driverNames)[number];

/** What a meter may be able to do by its driver. */
export const meterAbilities = [
  'readState',
  'readRegisters',
  'readProfile',
  'readEvents',
  'setClock',
  'switch',
  'setPowerLimit',
  'enterToken',
  'creditRemotely',
  'returnToken',
  'changeKeys',
  'changeLinkKeys',
  'setTariff',
] as const;
export type MeterAbility = (typeof meterAbilities)[number];

/**
 * How what was sold comes into the meter: the token itself by the link; an amount that its maker's
 * system credits (a repeat by the same reference credits nothing more); a token that its maker's
 * system makes and hands back for the customer; or a hand at the keypad alone.
 */
export type CreditWay = 'entersToken' | 'creditsRemotely' | 'returnsToken' | 'keypadOnly';

export type DriverCapabilities = {
  readonly abilities: readonly MeterAbility[];
  readonly credit: CreditWay;
  /** Who opens the connection; `none`: there is never one. */
  readonly reach: 'meterConnects' | 'called' | 'none';
};

/** One thing to do at a meter. Quantities as in messages: watt-hours, watts, epoch milliseconds. */
export type MeterTask =
  | { readonly kind: 'readState' }
  | { readonly kind: 'readRegisters' }
  /** Intervals that end after an instant, the oldest first. */
  | { readonly kind: 'readProfile'; readonly sinceMs: number }
  | { readonly kind: 'readEvents'; readonly sinceMs: number }
  | { readonly kind: 'setClock'; readonly atMs: number }
  /** `arm`: supply is back when a hand at the meter closes it. */
  /** `forSafety`: opened although the meter's own rules forbid a cut. */
  | {
      readonly kind: 'switch';
      readonly to: 'open' | 'close' | 'arm';
      readonly forSafety?: boolean;
    }
  /** `limitW` null: no limit. */
  | {
      readonly kind: 'setPowerLimit';
      readonly limitW: number | null;
      readonly overForMs?: number;
      readonly reconnectAfterMs?: number;
    }
  /** 20 digits. Its TID makes a repeat harmless. */
  | { readonly kind: 'enterToken'; readonly token: string }
  /** A reference is credited once, however often it is asked. */
  | { readonly kind: 'creditRemotely'; readonly energyWh: bigint; readonly reference: string }
  /** A reference gets the same token again. */
  | { readonly kind: 'returnToken'; readonly energyWh: bigint; readonly reference: string }
  /** Key-change tokens, all of a set in their order. */
  | { readonly kind: 'changeKeys'; readonly tokens: readonly string[] }
  /**
   * Other keys of the link itself. Both pairs are the speaker's: those it was given, and others
   * that whoever has the first can work out.
   */
  | {
      readonly kind: 'changeLinkKeys';
      readonly part: 'encryption' | 'authentication' | 'both';
      readonly to: 'own' | 'others';
    }
  | {
      readonly kind: 'setTariff';
      readonly documentJson: string;
      readonly activatesAtMs: number;
      readonly parameters: Readonly<Record<string, string>>;
    };
export type MeterTaskKind = MeterTask['kind'];

/** Why nothing is known of a task: it may be asked again. */
export const driverFaults = [
  /** No connection. */
  'unreachable',
  /** Connected, and then silent. */
  'noAnswer',
  /** The meter does not let us in. */
  'notLetIn',
  /** It has not proved that it knows its keys. */
  'notProved',
  /** It says that it is another meter. */
  'otherMeter',
  /** It sent what had come before. */
  'replay',
  /** More bytes, or more time, than a meter may take. */
  'tooMuch',
  'malformed',
  /** The counter under a key is used up: the key must be changed. */
  'countersUsedUp',
] as const;
export type DriverFault = (typeof driverFaults)[number];

export type MeterTaskResult =
  | { readonly kind: 'state'; readonly state: AccountState }
  | {
      readonly kind: 'registers';
      readonly capturedAtMs: number;
      readonly values: readonly { readonly register: MeterRegister; readonly value: bigint }[];
    }
  /** `isAll` false: there is more, later. */
  | {
      readonly kind: 'profile';
      readonly entries: readonly ProfileEntry[];
      readonly isAll: boolean;
    }
  | { readonly kind: 'events'; readonly events: readonly MeterEvent[] }
  /** How far the clock was from the time given, before. */
  | { readonly kind: 'clockSet'; readonly errorMs: number }
  | { readonly kind: 'switched'; readonly loadSwitch: LoadSwitchState }
  | { readonly kind: 'limitSet' }
  | { readonly kind: 'tokenEntered'; readonly outcome: TokenOutcome }
  | { readonly kind: 'credited'; readonly energyWh: bigint }
  | { readonly kind: 'tokenReturned'; readonly token: string }
  | { readonly kind: 'keysChanged'; readonly outcomes: readonly TokenOutcome[] }
  /** The meter has proved that it has them. */
  | { readonly kind: 'linkKeysChanged' }
  | { readonly kind: 'tariffSet' }
  /** The meter, or its driver, does not do it: to ask again changes nothing. */
  | { readonly kind: 'refused'; readonly reason: CommandRefusal }
  | { readonly kind: 'failed'; readonly fault: DriverFault };

/** A meter that is spoken to task by task: by a driver of the head-end, or by a gateway. */
export type MeterChannel = {
  readonly capabilities: DriverCapabilities;
  readonly perform: (task: MeterTask) => Promise<MeterTaskResult>;
};

export type DriverListeners = {
  /** What a meter says, encoded. A promise means: no more until it resolves. */
  readonly up: (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
  /** `session`: of a link that numbers them, which one says so. */
  readonly link: (meterPan: string, state: LinkState, session?: number | null) => void;
};

/**
 * A way to meters. Messages are those of this package, encoded, so that a driver that passes them
 * on looks into none.
 */
export type MeterDriver = {
  readonly name: DriverName;
  /** What it can do for meters of its kind at best. */
  readonly capabilities: DriverCapabilities;
  /**
   * Resolves once the message is on its way or certain to be looked at; rejects when the meter is
   * away. The answer to a command comes by `up`. `goodForS`: after so long nobody is to act on it.
   */
  readonly send: (
    meterPan: string,
    payload: Uint8Array,
    o?: { readonly atMostOnce?: boolean; readonly goodForS?: number },
  ) => Promise<void>;
  readonly listen: (listeners: DriverListeners) => Promise<void>;
  /** Ends what is open to a meter at once. */
  readonly drop: (meterPan: string) => void;
  readonly close: () => Promise<void>;
};
