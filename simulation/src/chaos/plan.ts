// What the processes of a chaos run tell each other.

/** A sale that some till asks for, `times` times at once with the same request id. */
export type TillRequest = {
  readonly requestId: string;
  readonly key: string;
  readonly meterPan: string;
  readonly amountMinor: string;
  readonly times: number;
  /** When it is first sent, in ms from the start of the round. */
  readonly atMs: number;
};

/** A payment that the provider tells of, `times` times. */
export type Notification = {
  readonly paymentId: string;
  readonly body: string;
  readonly times: number;
  readonly atMs: number;
};

export type LoadPlan = {
  readonly origin: string;
  readonly webhookSecret: string;
  readonly requests: readonly TillRequest[];
  readonly notifications: readonly Notification[];
};

/** An answer that is one: a receipt or a refusal, not the silence of a server that is away. */
export type Answer = {
  readonly status: number;
  readonly body: string;
  /** In ms from the start of the load. */
  readonly atMs: number;
};

export type LoadRecord = {
  /** All answers that a request id got, in the order of their coming. */
  readonly sales: readonly { readonly requestId: string; readonly answers: readonly Answer[] }[];
  readonly notifications: readonly {
    readonly paymentId: string;
    readonly answers: readonly Answer[];
  }[];
  /** Tries that got no answer: the server or its database was away. */
  readonly silences: number;
};
