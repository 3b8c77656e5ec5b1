// Does the work of a round for one item after the other. A failure of one item does not stop the
// others, and is thrown after the last one.

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
