// What a job was opened for, as it is kept with it: the connection to make and the meter to bring.

import type { NewInstall } from '@prewatt/api';

export type NewMeterPlan = Extract<NewInstall, { kind: 'exchange' }>['meter'];
export type NewConnectionPlan = Omit<
  Extract<NewInstall, { kind: 'newConnection' }>['connection'],
  'tariffVersionId'
> & { readonly tariffId: string };

export type Plan = {
  /** Null: the meter that is registered goes into use. */
  readonly meter: NewMeterPlan | null;
  /** Null: the connection is there. */
  readonly connection: NewConnectionPlan | null;
};
