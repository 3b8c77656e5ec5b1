// What writing a connection and its debts needs from outside.

import type { NewUuid } from '../../base/ids.ts';

export type ConnectionDeps = { readonly newUuid: NewUuid; readonly nowMs: () => number };
