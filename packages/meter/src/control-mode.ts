// Control modes of the supply switch (COSEM class 70, attribute 4): which transitions between its
// control states each of the seven allows. A maker's own way, without a number, allows what its
// `reconnection` says.

import type { ControlMode, OpenReason } from '@prewatt/protocol';
import type { MeterConfig, MeterSettings } from './config.ts';

/**
 * The transitions by the letters of the class. Remote: connected at once (a), disconnected from
 * connected (b) or from ready (c), ready (d). By a hand: closed (e), opened (f). By the meter
 * itself: opened (g), closed (h).
 */
export type ControlTransition = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h';

const transitionsOf: Readonly<Record<ControlMode, string>> = {
  0: '',
  1: 'bcdefg',
  2: 'abcefg',
  3: 'bcdeg',
  4: 'abceg',
  5: 'bcdefgh',
  6: 'bcdegh',
};
/** By itself: a meter that has both ways back, at once and by a hand. */
const ownTransitions: Readonly<Record<MeterConfig['reconnection'], string>> = {
  automatic: 'abcdefgh',
  manual: transitionsOf[1],
};

type Set = {
  readonly config: Pick<MeterConfig, 'reconnection' | 'staysOn'>;
  readonly settings: Pick<MeterSettings, 'controlMode'>;
};

/** The mode in force: of a meter that stays on it is 0, whatever was set. */
export const controlModeOf = ({ config, settings }: Set): ControlMode | null =>
  config.staysOn === true ? 0 : settings.controlMode;

/** The letters that the mode in force allows, in order. */
export function allowedTransitions(set: Set): string {
  const mode = controlModeOf(set);
  return mode === null ? ownTransitions[set.config.reconnection] : transitionsOf[mode];
}

export const allows = (set: Set, transition: ControlTransition): boolean =>
  allowedTransitions(set).includes(transition);

/** Mode 0: the switch is always closed. */
export const neverOpens = (set: Set): boolean => controlModeOf(set) === 0;

/** How a switch opens for a reason; from ready by command it is c, which goes with b. */
export function openingOf(reason: OpenReason): ControlTransition {
  if (reason === 'remote') return 'b';
  return reason === 'hand' ? 'f' : 'g';
}

/** After an opening for this reason nothing but a hand closes the switch. */
export function needsHandAfter(set: Set, reason: OpenReason): boolean {
  if (reason === 'remote') return !allows(set, 'a');
  // Its own code ends it.
  if (reason === 'hand') return false;
  return !allows(set, 'h');
}
