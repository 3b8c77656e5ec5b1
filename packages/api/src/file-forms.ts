// As what lists and reports are taken out. Apart from the reports, whose schemas the console's
// first part does without.

import { z } from 'zod';

/** As what a report or list is taken out. */
export const fileForms = ['csv', 'xlsx'] as const;
export type FileForm = (typeof fileForms)[number];
export const fileFormSchema = z.enum(fileForms).default('csv');
/** A file's part of a query. */
export const asFile = { as: fileFormSchema };
export const fileFormQuerySchema = z.object(asFile);
