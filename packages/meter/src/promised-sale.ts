// What a sale without its token has promised, as the state keeps it.

export type PromisedSale = { readonly saleId: string; readonly milliWh: number };
