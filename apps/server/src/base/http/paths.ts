// Identifiers from the path of a request.

import { type Id, type IdPrefix, parseId, uuidOf } from '@prewatt/quantities';
import { notFound } from './problem.ts';

/**
 * The UUID inside an identifier from a path; 404 for anything else, since nothing has such a name.
 */
export function uuidFromPath<P extends IdPrefix>(prefix: P, text: string): string {
  const id = parseId(prefix, text);
  if (!id.ok) throw notFound(prefix);
  return uuidOf(id.value as Id<IdPrefix>);
}
