// Runs before the page is drawn and before the bundle: sets the colour scheme, so that a dark page
// never flashes white, and tells zod not to compile its checks with `new Function`, which the
// content security policy forbids.
globalThis.__zod_globalConfig = { jitless: true };
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
