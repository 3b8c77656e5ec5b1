// What comes in, by a schema: the value, or a 400 that names the first field that does not fit and
// says what to write there.

import { faultOf } from '@prewatt/api';
import type { z } from 'zod';
import { badRequest } from './problem.ts';

export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badRequest(faultOf(parsed.error));
}
