// The sale types of packages/vending-rules, with the connection as the registry knows it.

import type * as rules from '@prewatt/vending-rules';
import type { ConnectionToSell } from '../../money/connections-to-sell/index.ts';

export type SaleState = rules.SaleState<ConnectionToSell>;
export type IssuedSale = rules.IssuedSale<ConnectionToSell>;
