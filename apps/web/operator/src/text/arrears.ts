// What becomes of a home's arrears at a change of credit mode: they stay, beside what the meter or
// the wallet is owed, and are paid back in another way.

/** Null where there are none. */
export function arrearsText(
  debtMinor: string,
  toMode: 'token' | 'wallet',
  money: (minor: string) => string,
): string | null {
  if (debtMinor === '0') return null;
  const from = toMode === 'wallet' ? 'each payment into the wallet' : 'each purchase';
  return `Arrears of ${money(debtMinor)} stay as they are: from then on a part of ${from} pays them back.`;
}
