// What the processes of this benchmark tell each other.

import { drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';

/** What the client is told to do. */
export type LoadPlan = {
  readonly port: number;
  readonly keys: readonly string[];
  readonly connections: number;
  readonly sockets: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Requests a second, whether or not earlier ones are answered; null for as many as go. */
  readonly perSecond: number | null;
  /** Payments that the provider tells of, instead of tills that sell; each once. */
  readonly notices?: {
    readonly webhookSecret: string;
    readonly payments: readonly { readonly id: string; readonly amountMinor: string }[];
  };
};

/** What it saw. Latencies of an open plan count from the moment when the request was due. */
export type LoadFigures = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  /** Answers that are no receipt, by status. */
  readonly otherwise: Readonly<Record<string, number>>;
  /** All seeded payments were told before the end: the rate says nothing. */
  readonly ranOut: boolean;
};

export type BaselinePlan = {
  readonly url: string;
  readonly scale: number;
  readonly connections: number;
  readonly seconds: number;
};

/** Meter numbers of a maker (03) that exists in no register we know of. */
export function meterPanOf(index: number): string {
  const drn = drnWithCheckDigit(`03${String(index).padStart(8, '0')}`);
  const pan = drn.ok ? meterPanFromDrn(drn.value) : drn;
  if (!pan.ok) throw new Error(pan.error);
  return pan.value;
}

/** The value below which the share of a sorted list lies. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
