// What an operator can ask of a meter, in words: who may, what it does, and the body that asks it.

import type { CommandBody, CommandRow, ControlMode, OperatorMe, SupplyHold } from '@prewatt/api';

export type SendKind = CommandBody['kind'];

type Words = { readonly administrator: boolean; readonly does: string };

export const sendLabels: Readonly<Record<SendKind, Words>> = {
  readNow: { administrator: false, does: 'The meter answers with its registers.' },
  switchOpen: {
    administrator: false,
    does:
      'Opens the switch and keeps it open until an operator releases it; no payment closes ' +
      'it. Refused while a protection rule forbids a cut, unless there is danger: such a cut ' +
      'ends by itself.',
  },
  switchClose: {
    administrator: false,
    does:
      'Closes the switch at once, if there is credit and its control mode allows it; ends ' +
      'what held it open.',
  },
  switchArm: {
    administrator: false,
    does:
      'The switch closes when somebody at the meter presses its button; ends what held it ' +
      'open.',
  },
  setClock: { administrator: false, does: 'The meter takes the server’s time on arrival.' },
  setPowerLimit: {
    administrator: false,
    does: 'Above the limit the meter opens its switch. Without a number there is no limit.',
  },
  setEmergencyCredit: {
    administrator: true,
    does: 'How much the meter lends when its credit has run out.',
  },
  setProtection: {
    administrator: true,
    does: 'Sends the utility’s protection rules in force to the meter.',
  },
  setTariff: {
    administrator: true,
    does: 'Sends the tariff in force for this connection to the meter.',
  },
  setPaymentMode: {
    administrator: true,
    does: 'Between paying before and paying after; between energy and money in the meter.',
  },
  setControlMode: {
    administrator: true,
    does:
      'What may open the meter’s switch and what closes it again (DLMS control modes). Only ' +
      'mode 0 moves the switch now: it gives supply back.',
  },
};

export const sendKinds = Object.keys(sendLabels) as readonly SendKind[];
/** What the form opens with: sent in haste it moves no switch and ends no hold. */
export const firstKind: SendKind = 'setClock';

/** Null when this role may send it; otherwise why not. */
export function whyNotSend(kind: SendKind, role: OperatorMe['role']): string | null {
  if (role === 'viewer') return 'Your role may look but not act';
  if (sendLabels[kind].administrator && role !== 'administrator') return 'administrators only';
  return null;
}

/** What the form holds, whatever the kind; texts are read already. */
export type Wish = {
  readonly kind: SendKind;
  readonly reason: string;
  readonly cause: 'operator' | 'maintenance' | 'safety';
  /** Of a cut for safety; null: the most that the utility allows. */
  readonly hours: number | null;
  /** Null: no limit. */
  readonly limitW: number | null;
  readonly presetEnergyWh: number;
  readonly automatic: boolean;
  readonly paymentMode: 'prepayment' | 'credit';
  readonly creditUnit: 'energy' | 'money';
  /** Null: the maker's own way. */
  readonly controlMode: ControlMode | null;
  /** Minor units per kWh; null where none is sent. */
  readonly priceMinor: string | null;
};

export function bodyOf(wish: Wish, requestId: string): CommandBody {
  const { kind } = wish;
  const asked = { requestId, reason: wish.reason };
  switch (kind) {
    case 'switchOpen':
      return {
        ...{ ...asked, kind, cause: wish.cause },
        ...(wish.cause === 'safety' && wish.hours !== null ? { hours: wish.hours } : {}),
      };
    case 'setPowerLimit':
      return { ...asked, kind, limitW: wish.limitW };
    case 'setEmergencyCredit':
      return { ...asked, kind, presetEnergyWh: wish.presetEnergyWh, automatic: wish.automatic };
    case 'setPaymentMode': {
      const { paymentMode, creditUnit, priceMinor } = wish;
      // Its balance goes elsewhere only with a change of credit mode, which carries it.
      const mode = { ...asked, kind, paymentMode, creditUnit, balance: 'keep' } as const;
      // The API counts the price in millionths of a minor unit.
      return priceMinor === null
        ? mode
        : { ...mode, microMinorPerKwh: (BigInt(priceMinor) * 1_000_000n).toString() };
    }
    case 'setControlMode':
      return { ...asked, kind, controlMode: wish.controlMode };
    case 'readNow':
      return { ...asked, kind };
    case 'switchClose':
    case 'switchArm':
    case 'setClock':
      return { ...asked, kind };
    case 'setProtection':
    case 'setTariff':
      return { ...asked, kind };
  }
}

export const holdCauses: Readonly<Record<SupplyHold['cause'], string>> = {
  operator: 'by the utility’s wish',
  maintenance: 'for work',
  safety: 'danger',
};

/** Whether the meter has done it. */
export function holdProgress(stage: SupplyHold['stage']): string {
  if (stage === 'done') return 'The meter has opened its switch.';
  return stage === 'expired'
    ? 'The meter never answered: its switch may be closed. Send the command again.'
    : 'The meter has not answered yet: its switch may still be closed.';
}

/** Who asked and why, and who took it back. */
export function askedText(row: CommandRow): string | null {
  if (row.requestedBy === null) return null;
  return row.reason === null ? `by ${row.requestedBy}` : `by ${row.requestedBy}: ${row.reason}`;
}

export function takenBackText(row: CommandRow): string | null {
  if (row.cancelledBy === null) return null;
  const why = row.cancelReason === null ? '' : `: ${row.cancelReason}`;
  return `taken back by ${row.cancelledBy}${why}`;
}
