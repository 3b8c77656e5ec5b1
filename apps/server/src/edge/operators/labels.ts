// What operators read: events, outcomes and reasons in words. Total over the codes that meters and
// sales can carry.

import {
  type CommandRefusal,
  type CommandResult,
  type EventToTell,
  type TokenOutcome,
  type TokenRefusal,
  wordsOfEvent as wordsOfMeterEvent,
} from '@prewatt/protocol';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';

export const refusalLabels: Record<TokenRefusal, string> = {
  format: 'not a token of 20 digits',
  lockout: 'keypad entry was locked after too many wrong tokens',
  crc: 'mistyped digit or made for another key (CRC)',
  mfrCode: 'made for another manufacturer',
  function: 'the meter does not know this function',
  keyExpired: 'the meter’s key has expired',
  old: 'older than the tokens the meter remembers',
  used: 'used before',
  ddtk: 'the meter still holds its default key',
  keyType: 'this change of key type is not allowed',
  range: 'a value is out of range',
  overflow: 'the credit would exceed what the meter can hold',
};

/** A stored refusal in words; an unknown code as it stands. */
export const wordsOfRefusal = (code: string | null): string =>
  refusalLabels[code as TokenRefusal] ?? code ?? '';

/** As rows keep quantities: text. */
type Stored = bigint | string | undefined;

/** "ZAR 12.05": what a meter counts in millionths, cut to what can be paid. */
const microText = (micro: bigint | string, currency: Currency): string =>
  formatMoney(BigInt(micro) / 1_000_000n, currency);

/** Money where the meter counts it, which counts no energy then. */
const amountText = (o: { energyWh: bigint | string; micro: Stored }, currency: Currency): string =>
  o.micro === undefined ? `${formatKwh(BigInt(o.energyWh))} kWh` : microText(o.micro, currency);

function outcomeText(outcome: TokenOutcome, currency: Currency): string {
  if (outcome.result === 'refused') return `refused: ${refusalLabels[outcome.refusal]}`;
  if (outcome.effect !== 'credit') return `accepted (${outcome.effect})`;
  const { creditedEnergyWh: energyWh, creditedMicroMinor: micro } = outcome;
  return `accepted, ${amountText({ energyWh, micro }, currency)}`;
}

/** A stored event in words; `detail` is what the row keeps besides code and time. */
export function wordsOfEvent(
  { code, detail }: { readonly code: string; readonly detail: object },
  currency: Currency,
): string {
  const event = { code, ...detail } as EventToTell & { readonly outcome?: TokenOutcome };
  const outcome = event.outcome === undefined ? '' : outcomeText(event.outcome, currency);
  return wordsOfMeterEvent(event, { currency, outcome });
}

/** A stored command result in words. */
/** `kind`: of the command that was answered. */
export function wordsOfResult(
  result: object | null,
  currency: Currency,
  kind?: string,
): string | null {
  if (result === null) return null;
  const answer = result as CommandResult;
  switch (answer.kind) {
    case 'deliverToken':
      return outcomeText(answer.outcome, currency);
    case 'readNow':
      return 'read';
    case 'switchOpen':
    case 'switchClose':
    case 'switchArm':
      return `done, supply is ${switchLabels[answer.loadSwitch]}`;
    case 'setClock':
      return `set, the clock was ${Math.round(Math.abs(answer.errorMs) / 1000)} s off`;
    case 'setPaymentMode': {
      const micro = BigInt(answer.handedOverMicroMinor);
      if (micro > 0n) return `set, ${microText(micro, currency)} handed over`;
      const energy = BigInt(answer.handedOverEnergyWh);
      return energy > 0n ? `set, ${formatKwh(energy)} kWh handed over` : 'set';
    }
    case 'setPowerLimit':
    case 'setEmergencyCredit':
    case 'setProtection':
    case 'setTariff':
    case 'setControlMode':
    case 'setLights':
    case 'setLinkSecret':
    case 'renewCertificate':
      return 'set';
    case 'refused':
      if (kind === 'setPaymentMode' && answer.reason === 'range') return withoutTariff;
      return `refused: ${commandRefusalLabels[answer.reason]}`;
  }
}

const withoutTariff =
  'refused: money needs a tariff in the meter and a price for its credit; send “Set tariff” first';

const switchLabels = {
  connected: 'on',
  disconnected: 'off',
  readyForReconnection: 'off, a hand at the meter switches it on',
} as const;

const commandRefusalLabels: Record<CommandRefusal, string> = {
  expired: 'it came too late',
  cancelled: 'taken back',
  unsupported: 'the meter cannot do that',
  malformed: 'the meter could not read it',
  protected: 'a protection rule forbids a cut now',
  range: 'a value is out of range',
  superseded: 'a newer command about the same was carried out before',
  controlMode: 'the control mode of its switch does not allow that',
  heldOpen: 'supply is held open or waits for a hand; let it go first',
};
