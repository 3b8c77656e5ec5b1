// The life of a command.

import type { CommandStage } from '@prewatt/api';
import { createLifeCycle } from '../../../base/life-cycle.ts';

export const commandLife = createLifeCycle<CommandStage>({ table: 'commands', column: 'stage' }, [
  { from: [null], to: ['queued'], by: 'whoever asks', when: 'a command is asked for' },
  {
    from: ['queued', 'retry', 'awaitingResult', 'sent'],
    to: ['sent'],
    by: 'head-end',
    when: 'it is due and is claimed for sending',
  },
  {
    from: ['sent'],
    to: ['awaitingResult'],
    by: 'head-end',
    when: 'the broker has it for a meter that is there',
  },
  {
    from: ['sent'],
    to: ['retry'],
    by: 'head-end',
    when: 'the meter is away, or the broker did not take it',
  },
  {
    from: ['queued', 'retry', 'sent'],
    to: ['cancelled', 'superseded'],
    by: 'operator, a newer command',
    when: 'it is taken back, or replaced, before it was ever sent',
  },
  {
    from: ['sent', 'awaitingResult', 'retry'],
    to: ['cancelling'],
    by: 'operator, a newer command',
    when: 'it is taken back, or replaced, and the meter may have it: the meter is asked',
  },
  {
    from: ['queued', 'sent', 'awaitingResult', 'retry', 'cancelling', 'expired'],
    to: ['done', 'refused', 'cancelled', 'superseded'],
    by: 'meter',
    when: 'it answers, also after the command expired',
  },
  {
    from: ['queued', 'sent', 'awaitingResult', 'retry', 'cancelling'],
    to: ['expired'],
    by: 'upkeep',
    when: 'its time is over and nothing was heard',
  },
]);
