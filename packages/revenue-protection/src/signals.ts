// Evidence that readings do not show: tamper events, credit that nobody issued, purchases and use
// that do not fit. No data to train on exists for these, so each has a weight by judgement, in
// log-odds, added to the trained score; a reason of its own says so.

export type HomeSignals = {
  /** Tamper events (cover, magnet, reverse), those during a visit or an outage left out. */
  readonly tamperEvents?: number;
  /** Credit that the meter accepted and that no sale or grant issued, Wh. */
  readonly creditNeverIssuedWh?: bigint;
  /** Credit sold to the home in the span, and what its meter counted, Wh. */
  readonly soldWh?: bigint;
  readonly countedWh?: bigint;
  /** Days on which the meter's clock was off by more than an hour. */
  readonly clockFaultDays?: number;
  /** Times that the register stepped back or jumped. */
  readonly registerFaults?: number;
};

export type SignalName =
  | 'creditNeverIssued'
  | 'tamper'
  | 'useWithoutVending'
  | 'vendingWithoutUse'
  | 'registerFault'
  | 'clockFault';

export type SignalReason = {
  readonly evidence: SignalName;
  readonly weight: number;
  readonly words: string;
};

/** By judgement, not trained: from credit out of nowhere, which has no honest cause, downwards. */
export const signalWeights: Readonly<Record<SignalName, number>> = {
  creditNeverIssued: 4,
  tamper: 1.5,
  useWithoutVending: 1,
  vendingWithoutUse: 0.7,
  registerFault: 0.7,
  clockFault: 0.4,
};

/** Below this, sold and counted energy differ by rounding and by credit that is still there. */
const leastWh = 20_000n;

export function signalReasons(signals: HomeSignals): SignalReason[] {
  const { tamperEvents = 0, creditNeverIssuedWh = 0n, soldWh, countedWh } = signals;
  const found: [SignalName, string][] = [];
  if (creditNeverIssuedWh > 0n) {
    const words = `the meter took ${kwh(creditNeverIssuedWh)} of credit that nobody issued`;
    found.push(['creditNeverIssued', words]);
  }
  if (tamperEvents > 0) found.push(['tamper', `tamper events at the meter: ${tamperEvents}`]);
  if (soldWh !== undefined && countedWh !== undefined) {
    const both = `${kwh(soldWh)} bought, ${kwh(countedWh)} counted`;
    if (countedWh > leastWh && soldWh * 2n < countedWh) found.push(['useWithoutVending', both]);
    if (soldWh > leastWh && countedWh * 2n < soldWh) found.push(['vendingWithoutUse', both]);
  }
  if ((signals.registerFaults ?? 0) > 0) {
    found.push([
      'registerFault',
      `the register stepped back or jumped ${signals.registerFaults} times`,
    ]);
  }
  if ((signals.clockFaultDays ?? 0) > 0) {
    found.push(['clockFault', `the meter's clock was wrong on ${signals.clockFaultDays} days`]);
  }
  return found.map(([evidence, words]) => ({ evidence, weight: signalWeights[evidence], words }));
}

const kwh = (wh: bigint): string => `${(Number(wh) / 1000).toFixed(1)} kWh`;
