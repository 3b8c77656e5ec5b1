// The network with its losses, and homes that are worth a visit or are offered help first.

import {
  type BillBody,
  caseApi,
  type FindingBody,
  type FineRuleBody,
  networkApi,
  type OpenCase,
  pathOf,
  type RevenueStanding,
  revenueApi,
  type Visit,
} from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const networkKey = ['network'] as const;
export const networkQuery = {
  queryKey: networkKey,
  queryFn: () => orThrow(client.call(networkApi.view)),
};
export const lossDaysQuery = (id: string) => ({
  queryKey: [...networkKey, id],
  queryFn: () => orThrow(client.call(networkApi.days, { id })),
});
export const lossFilePath: string = pathOf(networkApi.file);

export const placementsKey = ['placements'] as const;
export const placementsQuery = paged(networkApi.placements, { key: placementsKey });
export const decidePlacement = (o: {
  readonly connectionId: string;
  readonly decision: 'confirmed' | 'dismissed' | 'undone';
}) =>
  orThrow(client.call(networkApi.decide, { id: o.connectionId, body: { decision: o.decision } }));

export const revenueKey = ['revenue'] as const;
export const revenueQuery = (o: {
  readonly standing: RevenueStanding;
  readonly visits: number | null;
}) =>
  paged(revenueApi.list, {
    key: [...revenueKey, o.standing, String(o.visits ?? '')],
    input: { query: { standing: o.standing, visits: o.visits } },
  });

export const casesKey = ['cases'] as const;
export const casesQuery = (state: 'open' | 'closed') =>
  paged(caseApi.list, { key: [...casesKey, state], input: { query: { state } } });
export const caseQuery = (id: string) => ({
  queryKey: [...casesKey, 'one', id],
  // Looked at in the morning, needed in the field where there may be no network.
  gcTime: 12 * 3_600_000,
  queryFn: () => orThrow(client.call(caseApi.detail, { id })),
});
/** Null: of today. */
export const routeQuery = (day: string | null) => ({
  queryKey: [...casesKey, 'route', day ?? ''],
  gcTime: 12 * 3_600_000,
  queryFn: () => orThrow(client.call(caseApi.route, { query: day === null ? {} : { day } })),
});
export const resultsQuery = {
  queryKey: [...casesKey, 'results'],
  queryFn: () => orThrow(client.call(caseApi.results)),
};
export const evidencePath = (id: string): string => pathOf(caseApi.evidence, { id });
export const letterPath = (id: string): string => pathOf(caseApi.letter, { id });
export const fineRulesQuery = {
  queryKey: [...casesKey, 'fine-rules'],
  queryFn: () => orThrow(client.call(caseApi.fineRules)),
};
export const setFineRule = (body: FineRuleBody) =>
  orThrow(client.call(caseApi.setFineRule, { body }));
export const findingsFilePath: string = pathOf(caseApi.findings);

export const openCase = (id: string, body: OpenCase) =>
  orThrow(client.call(caseApi.open, { id, body }));
export const noteVisit = (id: string, body: Visit) =>
  orThrow(client.call(caseApi.visit, { id, body }));
/** A refusal is an answer here: what was noted without network is kept until there is one. */
export const sendFinding = (id: string, body: FindingBody) =>
  client.call(caseApi.finding, { id, body });
/** After the finding that lists it; again, it is the same photo. */
export const sendPhoto = (id: string, photo: { readonly sha256: string; readonly jpeg: Blob }) =>
  client.call(caseApi.sendPhoto, { id, sha256: photo.sha256, file: photo.jpeg });
export const photoPath = (id: string, sha256: string): string =>
  pathOf(caseApi.photo, { id, sha256 });
export const askForBill = (id: string, body: BillBody) =>
  orThrow(client.call(caseApi.bill, { id, body }));
export const noteAppeal = (id: string, words: string) =>
  orThrow(client.call(caseApi.appeal, { id, body: { words } }));
export const decideAppeal = (
  id: string,
  body: { readonly decision: 'upheld' | 'dismissed'; readonly words: string },
) => orThrow(client.call(caseApi.decideAppeal, { id, body }));
export const closeCase = (id: string, words: string) =>
  orThrow(client.call(caseApi.close, { id, body: { words } }));
