// What comes in, by a schema: the value, or a 400 that names the first field that does not fit.

import type { z } from 'zod';
import { badRequest } from './problem.ts';

export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}`);
}
