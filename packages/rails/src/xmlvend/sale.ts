// One purchase over XMLVend as a reducer: vend, time-out, advice again and again, and only after
// LastResponseEx a new vend. A token that turns up for a request that was given up is recorded and
// raised: it must not be printed in silence, nor forgotten.

export type SaleEvent = {
  readonly kind: 'vend' | 'advice';
  /** The uniqueNumber of the request that this is about. */
  readonly number: string;
  readonly said:
    | { readonly is: 'time-out' }
    | { readonly is: 'unclear' }
    | { readonly is: 'not-processed' }
    | { readonly is: 'refused' }
    | { readonly is: 'token'; readonly token: string };
  /** Came after this request had been given up. */
  readonly late: boolean;
};

export type SaleState = {
  readonly state: 'open' | 'vended' | 'refused' | 'unclear' | 'not-processed';
  /** The request in hand. */
  readonly number: string | null;
  readonly token: string | null;
  /** Tokens beside the one that was sold: for an operator. */
  readonly surplus: readonly string[];
  readonly vends: number;
  readonly flags: readonly ('needs-operator' | 'token-conflict' | 'duplicate')[];
};

export const startSale: SaleState = {
  state: 'open',
  number: null,
  token: null,
  surplus: [],
  vends: 0,
  flags: [],
};

export function stepSale(sale: SaleState, event: SaleEvent): SaleState {
  const flagged = (...flags: SaleState['flags'][number][]) => [
    ...new Set([...sale.flags, ...flags]),
  ];
  const number = event.kind === 'vend' && !event.late ? event.number : sale.number;
  // A second vend while the first is unclear is exactly what must not happen.
  const tooEarly =
    event.kind === 'vend' && !event.late && (sale.state === 'unclear' || sale.state === 'vended');
  const base = tooEarly && event.number !== sale.number ? flagged('needs-operator') : sale.flags;
  if (event.said.is === 'token') return withToken({ ...sale, flags: base }, event, number);
  if (sale.state === 'vended') return { ...sale, flags: base };
  const states = {
    'time-out': 'unclear',
    unclear: 'unclear',
    refused: 'refused',
    'not-processed': event.kind === 'advice' ? 'not-processed' : 'unclear',
  } as const;
  return { ...sale, number, flags: base, state: states[event.said.is] };
}

function withToken(sale: SaleState, event: SaleEvent, number: string | null): SaleState {
  const { said } = event;
  if (said.is !== 'token') return sale;
  if (sale.state !== 'vended') {
    return { ...sale, state: 'vended', number, token: said.token, vends: sale.vends + 1 };
  }
  if (said.token === sale.token) return sale;
  const surplus = [...new Set([...sale.surplus, said.token])];
  // Another token under the very request that is settled: the server contradicts itself.
  const own = event.number === sale.number || event.kind === 'advice';
  const flags = [
    ...sale.flags,
    ...(own && !event.late ? (['token-conflict'] as const) : []),
    'needs-operator' as const,
  ];
  return { ...sale, surplus, flags: [...new Set(flags)] };
}
