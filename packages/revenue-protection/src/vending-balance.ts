// What can be said of an area without a meter of its own: what its homes bought, beside what they
// counted and beside what homes of like areas bought. It accuses nobody: it says where to put a
// meter or to look first.

/**
 * In the order of the checks.
 * - tooFewHomes: the figures would be those of single families.
 * - usesMore: the meters counted more than was bought.
 * - noPeers: nothing like it to compare with.
 * - buysLess: far below what homes of like areas bought.
 * - asPeers: nothing to see.
 */
export const vendingStates = ['tooFewHomes', 'usesMore', 'noPeers', 'buysLess', 'asPeers'] as const;
export type VendingState = (typeof vendingStates)[number];

export const vendingText: Readonly<Record<VendingState, string>> = {
  tooFewHomes: 'Too few homes to compare what was bought.',
  usesMore:
    'Meters counted more than was bought: look at credit from before, at free units, and at credit that nobody issued.',
  noPeers: 'Too few areas of this kind to compare with.',
  buysLess:
    'Homes here buy much less than homes of like areas: empty homes, other fuel, or use past the meters. Measure the area before anybody is visited.',
  asPeers: 'Homes here buy about as much as homes of like areas.',
};

export type AreaVending = {
  readonly homes: number;
  readonly soldWh: bigint;
  /** Of the homes whose meters were read nearly whole: what these bought and counted. */
  readonly readHomes: number;
  readonly readSoldWh: bigint;
  readonly readCountedWh: bigint;
};

export type VendingBalance = {
  readonly state: VendingState;
  /** Bought by a home on average; null without homes. */
  readonly perHomeWh: bigint | null;
  /** The middle of the other areas' averages; null where there are too few. */
  readonly peersPerHomeWh: bigint | null;
};

/** Fewer homes than this are no area, fewer areas no peers. */
const fewestHomes = 5;
const fewestPeers = 3;

/** `peers`: the other areas of its kind. */
export function vendingBalanceOf(area: AreaVending, peers: readonly AreaVending[]): VendingBalance {
  const perHomeWh = averageOf(area);
  const others = peers
    .filter(({ homes }) => homes >= fewestHomes)
    .map((peer) => averageOf(peer) ?? 0n)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const peersPerHomeWh = others.length < fewestPeers ? null : middleOf(others);
  const stateOf = (): VendingState => {
    if (area.homes < fewestHomes || perHomeWh === null) return 'tooFewHomes';
    // Credit from before the span, and the last purchase that is not used up, are no finding.
    const isMore = area.readCountedWh * 10n > area.readSoldWh * 12n;
    if (area.readHomes >= fewestHomes && isMore) return 'usesMore';
    if (peersPerHomeWh === null) return 'noPeers';
    return perHomeWh * 10n < peersPerHomeWh * 6n ? 'buysLess' : 'asPeers';
  };
  return { state: stateOf(), perHomeWh, peersPerHomeWh };
}

const averageOf = ({ homes, soldWh }: AreaVending): bigint | null =>
  homes <= 0 ? null : soldWh / BigInt(homes);

function middleOf(sorted: readonly bigint[]): bigint {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0n;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0n) + upper) / 2n;
}
