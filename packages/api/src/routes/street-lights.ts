// Routes of street lights for operators. An account is named by its connection, what is in it by
// its name.

import { get, post } from '../route.ts';
import {
  lampBodySchema,
  lampFileBodySchema,
  lampGroupBodySchema,
  lampRemoveBodySchema,
  lightCircuitBodySchema,
  lightingAccountBodySchema,
  lightingCloseBodySchema,
  lightingListSchema,
  lightingViewSchema,
  overrideBodySchema,
  overrideEndBodySchema,
  previewBodySchema,
  previewSchema,
  programmeBodySchema,
} from '../street-lights.ts';

const params = { id: 'connection' } as const;

export const lightApi = {
  list: get('/api/operator/lights', {
    does: 'Lighting accounts: credit, lamps, and what is wrong with them.',
    answer: lightingListSchema,
  }),
  view: get('/api/operator/lights/:id', {
    does: 'A lighting account with its lamps, groups, programmes and overrides, and its nights.',
    ...{ params, answer: lightingViewSchema },
  }),
  open: post('/api/operator/lights/:id', {
    does: 'Makes a connection a lighting account, or changes where it is and when it is dimmed.',
    ...{ params, body: lightingAccountBodySchema, answer: lightingViewSchema },
  }),
  programme: post('/api/operator/lights/:id/programmes', {
    does: 'Keeps a dim programme under its name.',
    ...{ params, body: programmeBodySchema, answer: lightingViewSchema },
  }),
  close: post('/api/operator/lights/:id/close', {
    does: 'Ends a lighting account: its lamps are told nothing any more.',
    ...{ params, body: lightingCloseBodySchema, answer: lightingViewSchema },
  }),
  preview: post('/api/operator/lights/:id/preview', {
    does: 'A night by a dim programme, which is not kept, and the energy of a year by it.',
    ...{ params, body: previewBodySchema, answer: previewSchema },
  }),
  group: post('/api/operator/lights/:id/groups', {
    does: 'Makes a group of lamps, or gives it another programme.',
    ...{ params, body: lampGroupBodySchema, answer: lightingViewSchema },
  }),
  circuit: post('/api/operator/lights/:id/circuit', {
    does: 'Lamps behind the contactor of the account’s own meter: which group they go by.',
    ...{ params, body: lightCircuitBodySchema, answer: lightingViewSchema },
  }),
  lamp: post('/api/operator/lights/:id/lamps', {
    does: 'Adds a lamp, or changes it.',
    ...{ params, body: lampBodySchema, answer: lightingViewSchema },
  }),
  lampsFile: get('/api/operator/lights/:id/lamps.csv', {
    does: 'The lamps of an account with what they say, as CSV.',
    params,
  }),
  putLamps: post('/api/operator/lights/:id/lamps/file', {
    does: 'Adds and changes lamps by a list (CSV): all of them, or none.',
    ...{ params, body: lampFileBodySchema, answer: lightingViewSchema },
  }),
  removeLamp: post('/api/operator/lights/:id/lamps/remove', {
    does: 'Takes a lamp away; what it has counted stays.',
    ...{ params, body: lampRemoveBodySchema, answer: lightingViewSchema },
  }),
  override: post('/api/operator/lights/:id/overrides', {
    does: 'A level in place of the programme, until an end.',
    ...{ params, body: overrideBodySchema, answer: lightingViewSchema },
  }),
  endOverride: post('/api/operator/lights/:id/overrides/end', {
    does: 'Ends an override before its time.',
    ...{ params, body: overrideEndBodySchema, answer: lightingViewSchema },
  }),
};
