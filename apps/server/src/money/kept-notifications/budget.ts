// How much of what strangers send is kept: so many bytes an hour, of refused ones few, and of one
// address a part of those. A flood fills this allowance and no disk, and none of it is in the way
// of a payment: what is not kept is judged all the same.

export type Budget = {
  /** Whether so much more may be kept; it then counts. */
  readonly take: (o: {
    readonly bytes: number;
    readonly isRefused: boolean;
    readonly address: string;
  }) => boolean;
};

const hourMs = 3_600_000;
/** Of what was taken: about what 50 payments a second bring. */
const takenBytesAnHour = 256_000_000;
const refusedBytesAnHour = 4_000_000;
const refusedBytesOfAddress = refusedBytesAnHour / 4;
/** No provider's notification is longer; what is taken is bounded by the door alone. */
const longestRefused = 16_384;
/** A row's own weight. */
const bytesOfRow = 512;

export function createBudget(nowMs: () => number): Budget {
  let hour = 0;
  let [taken, refused] = [0, 0];
  let ofAddresses = new Map<string, number>();
  return {
    take: ({ bytes, isRefused, address }) => {
      const now = Math.floor(nowMs() / hourMs);
      if (now !== hour) {
        hour = now;
        [taken, refused] = [0, 0];
        ofAddresses = new Map();
      }
      const more = bytes + bytesOfRow;
      if (!isRefused) {
        if (taken + more > takenBytesAnHour) return false;
        taken += more;
        return true;
      }
      const ofAddress = (ofAddresses.get(address) ?? 0) + more;
      const isTooMuch = refused + more > refusedBytesAnHour || ofAddress > refusedBytesOfAddress;
      if (bytes > longestRefused || isTooMuch) return false;
      refused += more;
      ofAddresses.set(address, ofAddress);
      return true;
    },
  };
}
