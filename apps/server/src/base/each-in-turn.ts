// Work of a round, for one after the other: what goes wrong with one holds up none of the others,
// and is told when all have had their turn.

/**
 * Does all `steps` for each item, in order. Throws the first error at the end; the others of the
 * same round come again with the next one, as the first does.
 */
export async function eachInTurn<T>(
  items: readonly T[],
  steps: readonly ((item: T) => Promise<unknown>)[],
): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    for (const step of steps) {
      try {
        await step(item);
      } catch (error) {
        errors.push(error);
      }
    }
  }
  if (errors.length > 0) throw errors[0];
}
