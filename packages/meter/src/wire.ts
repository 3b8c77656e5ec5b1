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

export function outcomeToWire(outcome: StoredOutcome): TokenOutcome {
  if (outcome.result === 'refused') return { ...outcome };
  const { creditedWh, ...rest } = outcome;
  return { ...rest, creditedEnergyWh: energyWh(creditedWh) };
}

export function eventToWire(event: StoredEvent): MeterEvent {
  if (event.code === 'creditLow') {
    const { availableWh, ...rest } = event;
    return { ...rest, availableEnergyWh: energyWh(availableWh) };
  }
  if (event.code !== 'token') return { ...event };
  return { ...event, outcome: outcomeToWire(event.outcome) };
}

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

function resultToWire(result: StoredCommandResult): CommandResult {
  if (result.kind !== 'deliverToken') return { ...result };
  return { kind: 'deliverToken', outcome: outcomeToWire(result.outcome) };
}

function creditStatusOf(state: MeterState | Draft): AccountState['creditStatus'] {
  if (state.exhausted) return 'outOfCredit';
  return state.lowCredit ? 'lowCredit' : 'inCredit';
}
