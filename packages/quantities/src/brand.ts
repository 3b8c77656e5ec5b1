// Nominal typing for integers and identifiers, so that watts and watt-hours do not mix.

declare const brandKey: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brandKey]: Name };
