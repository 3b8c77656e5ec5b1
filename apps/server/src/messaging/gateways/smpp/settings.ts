// What a bind is told, and what comes of a message that it is given.

export type SmppTiming = {
  /** Between two enquiries whether the other side is there. */
  readonly enquireMs: number;
  /** Longest wait for an answer. */
  readonly answerMs: number;
  /** Longest wait for a bind or for room in the window. */
  readonly roomMs: number;
  /** Between two binds; doubles from the first to the second, with some chance in it. */
  readonly backOffMs: readonly [number, number];
  /** After a throttled message; doubles likewise. */
  readonly throttleMs: readonly [number, number];
};
export const usualTiming: SmppTiming = {
  enquireMs: 30_000,
  answerMs: 20_000,
  roomMs: 10_000,
  backOffMs: [1_000, 60_000],
  throttleMs: [1_000, 30_000],
};

export type SmppLink = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly window: number;
};

export type Submitted =
  | { readonly kind: 'answered'; readonly status: number; readonly messageId: string }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'notSent'; readonly reason: string };
