// Division of integers by named rounding rules. One division per quote: each caller names its rule.

/** Largest integer <= numerator / denominator. denominator > 0. */
export function divideFloor(numerator: bigint, denominator: bigint): bigint {
  assertPositive(denominator);
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

/** Smallest integer >= numerator / denominator. denominator > 0. */
export function divideCeil(numerator: bigint, denominator: bigint): bigint {
  return -divideFloor(-numerator, denominator);
}

/** Nearest integer; a half goes away from zero, as tax offices round. denominator > 0. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  assertPositive(denominator);
  const doubled = (numerator < 0n ? -numerator : numerator) * 2n + denominator;
  const magnitude = doubled / (denominator * 2n);
  return numerator < 0n ? -magnitude : magnitude;
}

function assertPositive(denominator: bigint): void {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
}
