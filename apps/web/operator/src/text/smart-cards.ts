// Words about smart cards: their states, what a meter made of a token, and what stood at the meter.

import type { SmartCardJson, SmartCardMedium, SmartCardState } from '@prewatt/api';
import { countText } from '@prewatt/quantities';

export const cardStateLabels: Readonly<Record<SmartCardState, string>> = {
  issued: 'In use',
  lost: 'Reported lost',
  blocked: 'Blocked',
  replaced: 'Replaced by another card',
};

export const cardMediumLabels: Readonly<Record<SmartCardMedium, string>> = {
  memory: 'Memory card',
  cpu: 'CPU card',
};

const flagWords: Readonly<Record<string, string>> = {
  switchOpen: 'supply off',
  lowCredit: 'low credit',
  emergencyCredit: 'emergency credit in use',
  cover: 'cover open',
  terminalCover: 'cover of the terminals open',
  magnet: 'magnet',
  reverseEnergy: 'reverse energy',
  neutral: 'neutral disturbed',
  bypass: 'bypass suspected',
  phaseLost: 'phase lost',
};
export const flagsText = (flags: readonly string[]): string =>
  flags.length === 0 ? 'nothing unusual' : flags.map((flag) => flagWords[flag] ?? flag).join(', ');

/** "1234 5678 9012 3456", as it is printed. */
export const cardNumberText = (cardNumber: string): string =>
  cardNumber.replace(/\d{4}(?=\d)/g, '$& ');

/** What became of the newest purchase on it. */
export function loadText({ load }: Pick<SmartCardJson, 'load'>): string {
  if (load === null) return 'Nothing was loaded yet';
  const what = countText(load.tokens, 'token');
  if (load.answeredAt === null) return `${what}, not in the meter yet`;
  const { outcomes } = load;
  if (outcomes === null) return `${what}, brought by a later purchase`;
  const taken = outcomes.filter((outcome) => outcome === 'accepted').length;
  if (taken === outcomes.length) return `${what}, taken by the meter`;
  const others = outcomes.filter((outcome) => outcome !== 'accepted');
  return `${taken} of ${what} taken by the meter; refused: ${others.join(', ')}`;
}
