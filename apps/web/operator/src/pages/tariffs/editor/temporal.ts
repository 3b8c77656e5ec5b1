// Prices are computed in the browser, with days of the calendar. A browser that has no Temporal of
// its own gets one when the editor is opened, and only then.

export async function withTemporal(): Promise<void> {
  if ('Temporal' in globalThis) return;
  const { Temporal } = await import('temporal-polyfill');
  Object.defineProperty(globalThis, 'Temporal', { value: Temporal, configurable: true });
}
