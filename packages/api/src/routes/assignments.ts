// Routes of assignments of a tariff to many connections.

import {
  assignmentRowsSchema,
  assignmentSchema,
  assignmentsSchema,
  newAssignmentSchema,
  requestAssignmentSchema,
  undoAssignmentSchema,
} from '../assignments.ts';
import { get, nothing, post } from '../route.ts';
import { changeOrderQuerySchema } from '../tariffs.ts';

const params = { id: 'assignment' } as const;

export const assignmentApi = {
  list: get('/api/operator/tariffs/assignments', { answer: assignmentsSchema }),
  detail: get('/api/operator/tariffs/assignments/:id', { params, answer: assignmentSchema }),
  rows: get('/api/operator/tariffs/assignments/:id/rows', {
    params,
    query: changeOrderQuerySchema,
    answer: assignmentRowsSchema,
  }),
  /** CSV. */
  file: get('/api/operator/tariffs/assignments/:id/rows.csv', { params }),
  make: post('/api/operator/tariffs/assignments', {
    body: newAssignmentSchema,
    answer: assignmentSchema,
  }),
  requestApproval: post('/api/operator/tariffs/assignments/:id/request-approval', {
    params,
    body: requestAssignmentSchema,
    answer: assignmentSchema,
  }),
  withdraw: post('/api/operator/tariffs/assignments/:id/withdraw', {
    params,
    body: nothing,
    answer: assignmentSchema,
  }),
  undo: post('/api/operator/tariffs/assignments/:id/undo', {
    params,
    body: undoAssignmentSchema,
    answer: assignmentSchema,
  }),
};
