// From the meter's plain numbers to the messages of the protocol, whose energies are branded
// bigints.

import type {
  AccountState,
  CommandResult,
  MeterEvent,
  TokenOutcome,
  UpMessage,
} from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import type {
  Draft,
  MeterState,
  StoredCommandResult,
  StoredEvent,
  StoredMessage,
  StoredOutcome,
} from './state.ts';

/**
 * The account as the head-end sees it, in whole watt-hours. Registers are truncated first and
 * credit follows from them, so that on the wire too: credited - imported = available - owed,
 * exactly.
 */
export function accountStateOf(state: MeterState | Draft): AccountState {
  const importWh = Math.floor(state.importMilliWh / 1000);
  const creditedWh = Math.floor(state.creditedMilliWh / 1000);
  const netWh = creditedWh - importWh - Math.ceil(state.clearedMilliWh / 1000);
  // Rounded so that neither turns negative, and their difference is the net.
  const owedWh = Math.max(Math.ceil(state.owedMilliWh / 1000), -netWh, 0);
  return {
    capturedAtMs: state.atMs,
    availableEnergyWh: energyWh(netWh + owedWh),
    powerW: powerW(state.powerW),
    importEnergyWh: energyWh(importWh),
    creditedEnergyWh: energyWh(creditedWh),
    loadSwitch: state.loadSwitch,
    creditStatus: creditStatusOf(state),
    owedEnergyWh: energyWh(owedWh),
  };
}

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

export function messageToWire(message: StoredMessage): UpMessage {
  const { sequence, body } = message;
  switch (body.kind) {
    case 'profile':
      return {
        kind: 'profile',
        sequence,
        entries: body.entries.map((entry) => ({
          endsAtMs: entry.endsAtMs,
          importEnergyWh: energyWh(entry.importWh),
        })),
      };
    case 'events':
      return { kind: 'events', sequence, events: body.events.map(eventToWire) };
    case 'commandResult':
      return {
        kind: 'commandResult',
        sequence,
        commandId: body.commandId,
        completedAtMs: body.completedAtMs,
        result: resultToWire(body.result),
      };
  }
}

const resultToWire = (result: StoredCommandResult): CommandResult =>
  toWire(result) as CommandResult;

function creditStatusOf(state: MeterState | Draft): AccountState['creditStatus'] {
  if (state.exhausted) return 'outOfCredit';
  return state.lowCredit ? 'lowCredit' : 'inCredit';
}
