// What each command of the head-end does in the meter. A refused command has changed nothing.

import { checkProtectionRules } from '@prewatt/protection';
import { type CommandAction, lightsDocument } from '@prewatt/protocol';
import { checkProgramme } from '@prewatt/street-light';
import { parseJson, refused } from './answers.ts';
import { setClock } from './clock.ts';
import { allows, neverOpens } from './control-mode.ts';
import { resetLimiter } from './limiter.ts';
import { record } from './log.ts';
import { enqueue } from './outbox.ts';
import { setPaymentMode } from './payment-mode.ts';
import { registersOf } from './registers.ts';
import type { Draft } from './state.ts';
import type { StoredCommandResult } from './stored.ts';
import { cutAllowed, settleSupply } from './supply.ts';
import { armRemotely, closeRemotely, openFor, setControlMode } from './switch.ts';
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
      return switchClose(draft);
    case 'switchArm':
      return switchArm(draft);
    case 'setControlMode':
      return changeControlMode(draft, action);
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
    case 'setLights':
      return setLights(draft, action);
    // The link's own affair, above the meter: one that passes it on has no such link.
    case 'setLinkSecret':
    case 'renewCertificate':
      return { kind: 'refused', reason: 'unsupported' };
    case 'setClock':
      return setClock(draft, action.atMs);
  }
}

function switchOpen(draft: Draft, { cause }: Of<'switchOpen'>): Answer {
  if (neverOpens(draft)) return refused('controlMode');
  if (cause !== 'safety' && !cutAllowed(draft).allowed) return refused('protected');
  openFor(draft, 'remote');
  return { kind: 'switchOpen', loadSwitch: draft.loadSwitch };
}

/** Credit is looked at first, so that the switch does not close for a moment without any. */
function switchClose(draft: Draft): Answer {
  settleSupply(draft);
  if (closeRemotely(draft) === 'refused') return refused('controlMode');
  settleSupply(draft);
  return { kind: 'switchClose', loadSwitch: draft.loadSwitch };
}

function switchArm(draft: Draft): Answer {
  if (!allows(draft, 'd')) return refused('controlMode');
  settleSupply(draft);
  armRemotely(draft);
  settleSupply(draft);
  return { kind: 'switchArm', loadSwitch: draft.loadSwitch };
}

function changeControlMode(draft: Draft, action: Of<'setControlMode'>): Answer {
  if (draft.config.staysOn === true) return refused('controlMode');
  if (!setControlMode(draft, action.controlMode)) return refused('heldOpen');
  draft.protectedUntilMs = null;
  record(draft, { code: 'settingChanged', setting: 'controlMode', origin: 'remote' });
  // What a mode that never opens has kept on may be cut now, if rules allow.
  settleSupply(draft);
  return { kind: 'setControlMode' };
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

function setLights(draft: Draft, { documentJson }: Of<'setLights'>): Answer {
  if (draft.config.switchesLamps !== true) return refused('unsupported');
  const read = documentJson === null ? null : lightsDocument.safeParse(parseJson(documentJson));
  const isSound = read === null || (read.success && checkProgramme(read.data.programme).ok);
  if (!isSound) return refused('malformed');
  draft.settings = { ...draft.settings, lights: read?.data ?? null };
  record(draft, { code: 'settingChanged', setting: 'lights', origin: 'remote' });
  return { kind: 'setLights' };
}
