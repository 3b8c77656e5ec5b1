// The life of an install job. Its steps have a life of their own: the last event of each
// (`steps.ts`).

import { createLifeCycle } from '../../base/life-cycle.ts';

export type JobState = 'open' | 'closed' | 'cancelled';

export const jobLife = createLifeCycle<JobState>({ table: 'install_jobs', column: 'state' }, [
  { from: [null], to: ['open'], by: 'office or technician', when: 'a job is opened' },
  {
    from: ['open'],
    to: ['closed'],
    by: 'technician',
    when: 'each of its steps has passed, or was left out by the server',
  },
  {
    from: ['open'],
    to: ['cancelled'],
    by: 'office or technician',
    when: 'it is given up; what it made is undone',
  },
]);
