// The life of a case of revenue protection.

import type { CaseState } from '@prewatt/api';
import { createLifeCycle } from '../../base/life-cycle.ts';

export const caseLife = createLifeCycle<CaseState>({ table: 'revenue_cases', column: 'state' }, [
  { from: [null], to: ['planned'], by: 'operator', when: 'a visit is planned' },
  {
    from: ['planned'],
    to: ['visited'],
    by: 'operator',
    when: 'the visit found theft or a fault',
  },
  {
    from: ['planned'],
    to: ['closed'],
    by: 'operator',
    when: 'the home is honest, or was not entered, not safe or not visited',
  },
  { from: ['visited'], to: ['billing'], by: 'operator', when: 'a second person is asked' },
  { from: ['visited'], to: ['closed'], by: 'operator', when: 'nothing is asked for it' },
  { from: ['billing'], to: ['billed'], by: 'second person', when: 'it is approved' },
  { from: ['billing'], to: ['visited'], by: 'second person, or time', when: 'it is not' },
  {
    from: ['billed'],
    to: ['appealed'],
    by: 'customer, by an operator',
    when: 'the customer objects in time',
  },
  {
    from: ['appealed'],
    to: ['billed', 'closed'],
    by: 'another operator than who found it',
    when: 'the appeal is dismissed, or upheld',
  },
  {
    from: ['billed'],
    to: ['closed'],
    by: 'another operator than who found it',
    when: 'the time to appeal is over',
  },
]);
