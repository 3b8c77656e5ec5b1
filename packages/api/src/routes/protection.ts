// Routes of protection: rules, trials of rules, and what is known of homes.

import { z } from 'zod';
import {
  conversionBodySchema,
  declareOutageBodySchema,
  homeFlagBodySchema,
  homeFlagsAnswerSchema,
  homeProtectionSchema,
  meterKnowledgeSchema,
  proposeRulesAnswerSchema,
  proposeRulesBodySchema,
  protectionMetersSchema,
  protectionReplayDetailSchema,
  protectionReplaysSchema,
  protectionRulesAnswerSchema,
  readRulesBodySchema,
  replayHomesFilterSchema,
  replayHomesSchema,
  rulesReadingSchema,
  startReplayBodySchema,
  vendingOutageHomesAnswerSchema,
  vendingOutagesAnswerSchema,
  weatherDaysAnswerSchema,
  weatherDaysBodySchema,
} from '../protection.ts';
import { get, nothing, post } from '../route.ts';

const connection = { id: 'connection' } as const;
const replay = { id: 'replay' } as const;
const cursor = z
  .string()
  .regex(/^\d{1,4}\.[0-9a-f-]{36}$/, 'the cursor of the answer before')
  .optional();

export const protectionApi = {
  rules: get('/api/operator/protection/rules', { answer: protectionRulesAnswerSchema }),
  propose: post('/api/operator/protection/rules', {
    body: proposeRulesBodySchema,
    answer: proposeRulesAnswerSchema,
  }),
  readRules: post('/api/operator/protection/rules/reading', {
    body: readRulesBodySchema,
    answer: rulesReadingSchema,
  }),
  replays: get('/api/operator/protection/replays', { answer: protectionReplaysSchema }),
  startReplay: post('/api/operator/protection/replays', {
    body: startReplayBodySchema,
    answer: protectionReplayDetailSchema,
  }),
  replay: get('/api/operator/protection/replays/:id', {
    params: replay,
    answer: protectionReplayDetailSchema,
  }),
  replayHomes: get('/api/operator/protection/replays/:id/homes', {
    params: replay,
    query: z.object({ who: replayHomesFilterSchema.default('all'), cursor }),
    answer: replayHomesSchema,
  }),
  meters: get('/api/operator/protection/meters', {
    query: z.object({
      state: meterKnowledgeSchema.exclude(['upToDate']).default('waiting'),
      cursor,
    }),
    answer: protectionMetersSchema,
  }),
  weatherDays: get('/api/operator/protection/weather-days', { answer: weatherDaysAnswerSchema }),
  declareDays: post('/api/operator/protection/weather-days', {
    body: weatherDaysBodySchema,
    answer: weatherDaysAnswerSchema,
  }),
  outages: get('/api/operator/protection/outages', { answer: vendingOutagesAnswerSchema }),
  declareOutage: post('/api/operator/protection/outages', {
    body: declareOutageBodySchema,
    answer: vendingOutagesAnswerSchema,
  }),
  /** Ends the open one; homes keep two hours in which to buy. */
  endOutage: post('/api/operator/protection/outages/:outageId/end', {
    body: nothing,
    answer: vendingOutagesAnswerSchema,
  }),
  outageHomes: get('/api/operator/protection/outages/:outageId/homes', {
    answer: vendingOutageHomesAnswerSchema,
  }),
  home: get('/api/operator/connections/:id/protection', {
    params: connection,
    answer: homeProtectionSchema,
  }),
  convert: post('/api/operator/connections/:id/conversion', {
    params: connection,
    body: conversionBodySchema,
    answer: homeProtectionSchema,
  }),
  flags: get('/api/operator/connections/:id/protection-flags', {
    params: connection,
    answer: homeFlagsAnswerSchema,
  }),
  changeFlag: post('/api/operator/connections/:id/protection-flags', {
    params: connection,
    body: homeFlagBodySchema,
    answer: homeFlagsAnswerSchema,
  }),
};
