// Bytes that have come and are not read yet. Appending and taking cost what they move, whatever the
// size of the pieces; room that a flood took is given back.

export type ByteQueue = {
  readonly push: (bytes: Uint8Array) => void;
  /** What is there, as a view that holds until the next push. */
  readonly view: () => Uint8Array;
  readonly drop: (count: number) => void;
  readonly clear: () => void;
};

const smallest = 256;

export function createByteQueue(): ByteQueue {
  let buffer = new Uint8Array(smallest);
  let from = 0;
  let to = 0;
  const clear = () => {
    from = 0;
    to = 0;
    if (buffer.length > smallest) buffer = new Uint8Array(smallest);
  };
  return {
    push: (bytes) => {
      const held = to - from;
      if (to + bytes.length > buffer.length) {
        const fits = held + bytes.length <= buffer.length >> 1;
        const next = fits ? buffer : new Uint8Array((held + bytes.length) * 2);
        next.set(buffer.subarray(from, to));
        buffer = next;
        from = 0;
        to = held;
      }
      buffer.set(bytes, to);
      to += bytes.length;
    },
    view: () => buffer.subarray(from, to),
    drop: (count) => {
      from += count;
      if (from >= to) clear();
    },
    clear,
  };
}
