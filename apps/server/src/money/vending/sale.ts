// Sales of the rules, with all that the registry knows of their connections.

import type * as rules from '@prewatt/vending-rules';
import type { ConnectionToSell } from '../../money/connections-to-sell/index.ts';

export type SaleState = rules.SaleState<ConnectionToSell>;
export type IssuedSale = rules.IssuedSale<ConnectionToSell>;
