// Energy of a lamp's own counter, which starts at zero again with a new controller: what is counted
// only rises.

/** What came since the last reading; after a new start, what the counter says by now. */
export const energySince = (lastWh: bigint | null, nowWh: bigint): bigint => {
  // The first reading is where counting begins: what the lamp burnt before is not the account's.
  if (lastWh === null) return 0n;
  return nowWh >= lastWh ? nowWh - lastWh : nowWh;
};
