// What a node's balance says, in words with a tone.

import type { LossNode, LossState } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';
import { kwhText } from '../../text/numbers.ts';

export const lossLabels: Readonly<Record<LossState, Label>> = {
  notYet: { text: 'No balance yet', tone: 'quiet' },
  noFeederMeter: { text: 'Has no meter of its own', tone: 'quiet' },
  noHomes: { text: 'No home known', tone: 'warn' },
  oneHome: { text: 'One home alone', tone: 'quiet' },
  tooFewReadings: { text: 'Too few readings', tone: 'quiet' },
  negativeLoss: { text: 'More counted than came in', tone: 'warn' },
  unexplainedLoss: { text: 'Energy is missing', tone: 'bad' },
  balanced: { text: 'Balanced', tone: 'good' },
};

/** "8.3 %": of what came in; null where it cannot be told. */
export function shareText(node: Pick<LossNode, 'energyInWh' | 'unexplainedWh'>): string | null {
  const { energyInWh, unexplainedWh } = node;
  if (energyInWh === null || unexplainedWh === null || BigInt(energyInWh) <= 0n) return null;
  const permille = Number((BigInt(unexplainedWh) * 1000n) / BigInt(energyInWh));
  return `${(permille / 10).toFixed(1)} %`;
}

/** "between 210.0 kWh and 480.0 kWh" */
export function rangeText({ lowWh, highWh }: Pick<LossNode, 'lowWh' | 'highWh'>): string | null {
  if (lowWh === null || highWh === null) return null;
  return `between ${kwhText(lowWh)} and ${kwhText(highWh)}`;
}
