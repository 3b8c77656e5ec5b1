// Traces of sales: what each step took, from the provider's word to the meter's. The trace's id is
// the sale's own, so that nothing is carried along: whoever does a step knows the sale, in whatever
// process. Off unless somebody listens (compose/otlp-tracing.ts).

export type SaleSpan = {
  readonly saleId: string;
  /**
   * `sale`, the whole of it as its buyer waits, holds the others: `token`, the transaction that
   * makes it; `broker`, until the broker has the command; `meter`, until its answer is kept.
   */
  readonly name: 'sale' | 'token' | 'broker' | 'meter';
  readonly startMs: number;
  readonly endMs: number;
  /** Nothing of customers, of meters' numbers or of digits. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Why it did not go well. */
  readonly failed?: string | undefined;
};

export type Tracing = {
  readonly isOn: boolean;
  /** The machine's clock. */
  readonly nowMs: () => number;
  /** Of a step that is over. Costs nothing while nobody listens. */
  readonly tell: (span: SaleSpan) => void;
  /** Hands on what was told. */
  readonly close: () => Promise<void>;
};

export const noTracing: Tracing = {
  isOn: false,
  nowMs: Date.now,
  tell: () => {},
  close: async () => {},
};

/** When orders came that are done in batches. */
export function createArrivals<Order extends object>({ nowMs }: Pick<Tracing, 'nowMs'>) {
  const came = new WeakMap<Order, number>();
  return {
    note: (order: Order): Order => {
      came.set(order, nowMs());
      return order;
    },
    of: (order: Order): number => came.get(order) ?? nowMs(),
  };
}
