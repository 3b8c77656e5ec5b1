// What a node's balance says, in words with a tone.

import type { LossNode, LossState, Network, NodeVending } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';
import { kwhText } from '../../text/numbers.ts';

export const lossLabels: Readonly<Record<LossState, Label>> = {
  notYet: { text: 'No balance yet', tone: 'quiet' },
  wrongTopology: { text: 'The list is wrong', tone: 'bad' },
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
export function between(lowWh: string | null, highWh: string | null): string | null {
  if (lowWh === null || highWh === null) return null;
  return `between ${kwhText(lowWh)} and ${kwhText(highWh)}`;
}

export const kindLabels: Readonly<Record<LossNode['kind'], string>> = {
  substation: 'Substation',
  feeder: 'Feeder',
  transformer: 'Transformer',
  phase: 'Phase',
};

export const vendingLabels: Readonly<Record<NodeVending['state'], Label>> = {
  tooFewHomes: { text: 'Too few homes', tone: 'quiet' },
  usesMore: { text: 'Counted more than bought', tone: 'warn' },
  noPeers: { text: 'Nothing to compare with', tone: 'quiet' },
  buysLess: { text: 'Buys much less', tone: 'warn' },
  asPeers: { text: 'Buys as others do', tone: 'good' },
};

/** "4.2 % of what its homes paid" */
export function salesShareText({
  lostOfSalesPermille,
}: Pick<LossNode, 'lostOfSalesPermille'>): string | null {
  if (lostOfSalesPermille === null) return null;
  return `${(lostOfSalesPermille / 10).toFixed(1)} % of what its homes paid`;
}

/** "3.1 % of it is missing beside": what is lost in share of sales. */
export function lostShareText({
  lostMinor,
  soldMinor,
}: Pick<Network, 'lostMinor' | 'soldMinor'>): string | null {
  const [lost, sold] = [BigInt(lostMinor), BigInt(soldMinor)];
  if (sold <= 0n) return null;
  return `what is missing is worth ${(Number((lost * 1000n) / sold) / 10).toFixed(1)} % of it`;
}
