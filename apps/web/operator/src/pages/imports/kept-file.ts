// The file of a rehearsal, kept in this tab's memory so that it can be imported for real without
// being chosen again. Nowhere else: it names customers.

const kept = new Map<string, File>();

export const keepFile = (importId: string, file: File): void => {
  kept.clear();
  kept.set(importId, file);
};
export const keptFile = (importId: string): File | undefined => kept.get(importId);
