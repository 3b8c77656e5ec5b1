// How a utility's pages for customers are written, where a customer chose nothing: read by all
// operators, changed by an administrator, each change on record.

import { z } from 'zod';
import { instantSchema } from './common.ts';

/** The languages of customers' pages (apps/web/consumer/text), by their names in themselves. */
export const pageLanguages = {
  en: 'English',
  fr: 'Français',
  pt: 'Português',
  es: 'Español',
  sw: 'Kiswahili',
  ar: 'العربية',
  hi: 'हिन्दी',
  zu: 'isiZulu',
  am: 'አማርኛ',
  id: 'Bahasa Indonesia',
} as const;
export type PageLanguage = keyof typeof pageLanguages;

export const pageWritingSchema = z.object({
  /** Of whoever chose none, and whose browser asks for none that there is. */
  language: z.enum(Object.keys(pageLanguages) as [PageLanguage, ...PageLanguage[]]),
  /** 13:30, or 1:30 pm. */
  hours: z.union([z.literal(12), z.literal(24)]),
  /** "R 25.00", or "ZAR 25.00". */
  moneyForm: z.enum(['sign', 'code']),
});
export type PageWriting = z.output<typeof pageWritingSchema>;

/** What a new utility has. */
export const standardWriting: PageWriting = { language: 'en', hours: 24, moneyForm: 'sign' };

export const pageWritingAnswerSchema = pageWritingSchema.extend({
  /** Newest first. */
  history: z.array(z.object({ by: z.string(), reason: z.string(), at: instantSchema })),
});
export type PageWritingNow = z.output<typeof pageWritingAnswerSchema>;

/** All three, as they are to hold from now on. */
export const pageWritingBodySchema = z.strictObject({
  ...pageWritingSchema.shape,
  requestId: z.string().min(8).max(100),
  reason: z.string().trim().min(5).max(500),
});
