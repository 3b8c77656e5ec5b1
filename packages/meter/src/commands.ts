// What each command of the head-end does in the meter. A refused command has changed nothing.

import { checkProtectionRules } from '@prewatt/protection';
import type { CommandAction } from '@prewatt/protocol';
import { parseJson, refused } from './answers.ts';
import { setClock } from './clock.ts';
import { resetLimiter } from './limiter.ts';
import { record } from './log.ts';
import { enqueue } from './outbox.ts';
import { setPaymentMode } from './payment-mode.ts';
import { registersOf } from './registers.ts';
import type { Draft } from './state.ts';
import type { StoredCommandResult } from './stored.ts';
import { cutAllowed, settleSupply } from './supply.ts';
import { arm, closeFor, disarm, openFor } from './switch.ts';
import { setTariff } from './tariff-setting.ts';
import { enterToken } from './tokens.ts';

type Of<K extends CommandAction['kind']> = Extract<CommandAction, { kind: K }>;
type Answer = StoredCommandResult;

/** Limits of what a command may set, in milliseconds. */
const longestOverMs = 3_600_000;
const longestOffMs = 86_400_000;
const shortestOffMs = 1_000;
/** A megawatt-hour: more is a mistake, not an emergency. */
const mostEmergencyWh = 1_000_000;

/** Carries a command out at the draft's instant. */
export function carryOutCommand(draft: Draft, action: CommandAction): Answer {
  switch (action.kind) {
    case 'readNow':
      enqueue(draft, {
        kind: 'registers',
        capturedAtMs: draft.atMs,
        cause: 'readNow',
        values: registersOf(draft),
      });
      return { kind: 'readNow' };
    case 'deliverToken':
      return { kind: 'deliverToken', outcome: enterToken(draft, action.token, 'remote') };
    case 'switchOpen':
      return switchOpen(draft, action);
    case 'switchClose':
    case 'switchArm':
      return endHold(draft, action.kind);
    case 'setPowerLimit':
      return setPowerLimit(draft, action);
    case 'setEmergencyCredit':
      return setEmergencyCredit(draft, action);
    case 'setProtection':
      return setProtection(draft, action);
    case 'setTariff':
      return setTariff(draft, action);
    case 'setPaymentMode':
      return setPaymentMode(draft, action);
    // The link's own affair, above the meter: one that passes it on has no such link.
    case 'setLinkSecret':
    case 'renewCertificate':
      return { kind: 'refused', reason: 'unsupported' };
    case 'setClock':
      return setClock(draft, action.atMs);
  }
}

function switchOpen(draft: Draft, { cause }: Of<'switchOpen'>): Answer {
  if (cause !== 'safety' && !cutAllowed(draft).allowed) return refused('protected');
  openFor(draft, 'remote');
  return { kind: 'switchOpen', loadSwitch: draft.loadSwitch };
}

/** Credit is looked at first, so that the switch does not close for a moment without any. */
function endHold(draft: Draft, kind: 'switchClose' | 'switchArm'): Answer {
  settleSupply(draft);
  if (kind === 'switchArm' && draft.loadSwitch !== 'connected') arm(draft);
  if (kind === 'switchClose' && draft.config.reconnection === 'automatic') {
    draft.armed = false;
  }
  closeFor(draft, 'remote', 'remote');
  if (kind === 'switchClose' && !draft.armed) disarm(draft, 'remote');
  settleSupply(draft);
  return { kind, loadSwitch: draft.loadSwitch };
}

function setPowerLimit(draft: Draft, action: Of<'setPowerLimit'>): Answer {
  const { limitW, overForMs, reconnectAfterMs } = action;
  if (limitW !== null && (limitW < 1 || limitW > 1_000_000)) return refused('range');
  if (overForMs !== undefined && overForMs > longestOverMs) return refused('range');
  if (
    reconnectAfterMs !== undefined &&
    (reconnectAfterMs < shortestOffMs || reconnectAfterMs > longestOffMs)
  ) {
    return refused('range');
  }
  draft.settings = {
    ...draft.settings,
    powerLimitW: limitW,
    overForMs: overForMs ?? draft.settings.overForMs,
    reconnectAfterMs: reconnectAfterMs ?? draft.settings.reconnectAfterMs,
  };
  settleSupply(draft);
  resetLimiter(draft);
  record(draft, { code: 'settingChanged', setting: 'powerLimit', origin: 'remote' });
  return { kind: 'setPowerLimit' };
}

function setEmergencyCredit(draft: Draft, action: Of<'setEmergencyCredit'>): Answer {
  const { presetEnergyWh, automatic } = action;
  if (presetEnergyWh > mostEmergencyWh) return refused('range');
  draft.settings = { ...draft.settings, emergency: { presetWh: presetEnergyWh, automatic } };
  record(draft, { code: 'settingChanged', setting: 'emergencyCredit', origin: 'remote' });
  settleSupply(draft);
  return { kind: 'setEmergencyCredit' };
}

function setProtection(draft: Draft, action: Of<'setProtection'>): Answer {
  const document = parseJson(action.rulesJson);
  const rules = checkProtectionRules(document);
  if (!rules.ok) return refused('malformed');
  draft.settings = {
    ...draft.settings,
    protection: rules.value,
    vulnerable: action.vulnerable ?? draft.settings.vulnerable,
    medical: action.medical ?? draft.settings.medical,
    convertedAtMs: action.convertedAtMs ?? draft.settings.convertedAtMs,
  };
  draft.protectedUntilMs = null;
  record(draft, { code: 'settingChanged', setting: 'protection', origin: 'remote' });
  settleSupply(draft);
  return { kind: 'setProtection' };
}
