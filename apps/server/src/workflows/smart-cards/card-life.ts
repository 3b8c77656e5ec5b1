// The life of a smart card.

import type { SmartCardState } from '@prewatt/api';
import { createLifeCycle } from '../../base/life-cycle.ts';

export const cardLife = createLifeCycle<SmartCardState>({ table: 'smart_cards', column: 'state' }, [
  { from: [null], to: ['issued'], by: 'operator', when: 'a home gets a card' },
  {
    from: ['issued', 'blocked'],
    to: ['lost'],
    by: 'operator',
    when: 'the customer says that it is gone',
  },
  {
    from: ['issued', 'lost'],
    to: ['blocked'],
    by: 'operator',
    when: 'it must not be used, such as one that was copied',
  },
  {
    from: ['lost', 'blocked'],
    to: ['issued'],
    by: 'operator',
    when: 'it was found, or what was wrong is settled',
  },
  {
    from: ['issued', 'lost', 'blocked'],
    to: ['replaced'],
    by: 'operator',
    when: 'another card is issued in its place',
  },
]);
