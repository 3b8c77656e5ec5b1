// Bundle of the packing test: one script for a browser, as small as Vite makes it.

export default {
  build: {
    outDir: 'bundle',
    lib: { entry: 'entry.js', formats: ['iife'], name: 'sts', fileName: () => 'sts.iife.js' },
  },
};
