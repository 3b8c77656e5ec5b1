export default {
  build: {
    outDir: 'bundle',
    lib: { entry: 'entry.js', formats: ['iife'], name: 'sts', fileName: () => 'sts.iife.js' },
  },
};
