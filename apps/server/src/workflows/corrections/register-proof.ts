// What a meter's register of credit shows about a sale's tokens: whether it can have taken one of
// them. Pure: given what each token carries and what the register says.

export type RegisterFacts = {
  /** All credit that the meter ever took, as it was read. */
  readonly credited: bigint;
  /** What the tokens carry that the meter said it accepted. */
  readonly accepted: bigint;
  /** Each of the sale's credit tokens. None is accepted, as far as anybody heard. */
  readonly sold: readonly bigint[];
  /**
   * Each other credit token of the meter whose acceptance nobody heard of: those that are typed
   * where there is no link.
   */
  readonly unheard: readonly bigint[];
};

/** So many sums are looked at; a meter whose tokens make more of them shows nothing. */
const maximumSums = 20_000;

/**
 * What the register counts beyond the accepted tokens is a sum of others that were typed, each
 * whole and once. It shows that none of the sale's was taken when some of the others make that sum,
 * and none of these with one or more of the sale's do.
 */
export function showsNoneTaken(o: RegisterFacts): boolean {
  const beyond = o.credited - o.accepted;
  // Below what was accepted it is not the register that it is taken for.
  if (beyond < 0n || o.sold.length === 0) return false;
  const others = sumsUpto(beyond, o.unheard);
  const ofSale = sumsUpto(beyond, o.sold);
  if (others === null || ofSale === null || !others.has(beyond)) return false;
  ofSale.delete(0n);
  return [...ofSale].every((taken) => !others.has(beyond - taken));
}

/** Every sum, up to `most`, that some of the values make; null if they are too many to look at. */
function sumsUpto(most: bigint, values: readonly bigint[]): Set<bigint> | null {
  const sums = new Set([0n]);
  for (const value of values) {
    for (const sum of [...sums]) if (sum + value <= most) sums.add(sum + value);
    if (sums.size > maximumSums) return null;
  }
  return sums;
}
