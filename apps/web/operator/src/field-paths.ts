// The routes that the worker of visits answers without network. It imports nothing, so the build
// writes them before it.

import { caseApi, consoleApi, pathOf, signInApi } from '@prewatt/api';

export const fieldPaths = {
  me: pathOf(consoleApi.me),
  route: pathOf(caseApi.route, { query: {} }),
  list: pathOf(caseApi.list, { query: { state: 'open' } }),
  /** With `:id` in the place of the case. */
  oneCase: caseApi.detail.path,
  finding: caseApi.finding.path,
  leaves: [pathOf(signInApi.signOut), pathOf(consoleApi.signOutEverywhere)],
};
export type FieldPaths = typeof fieldPaths;
