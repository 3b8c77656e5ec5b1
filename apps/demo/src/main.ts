// `npm start`: the whole of Prewatt on one machine. Composition root of the demo: arguments,
// signals and the programs and steps that the launcher runs.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isConsoleOlder } from './digest.ts';
import { runDemo } from './launcher.ts';
import { helpText, parseOptions } from './options.ts';
import { history, steps } from './steps.ts';

// Each start compiles the same programs: what was compiled once is kept with the packages.
const compiled =
  process.env['NODE_COMPILE_CACHE'] ??
  fileURLToPath(new URL('../../../node_modules/.cache/prewatt-compiled', import.meta.url));
enableCompileCache(compiled);

const parsed = parseOptions(process.argv.slice(2), process.cwd(), process.env);
if (parsed.kind === 'help') {
  process.stdout.write(helpText);
} else if (parsed.kind === 'refused') {
  process.stderr.write(`${parsed.message}\n`);
  process.exitCode = 1;
} else {
  // A reader of our output that goes away must not end the demo.
  process.stdout.on('error', () => undefined);
  const stop = new AbortController();
  const kill = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (stop.signal.aborted ? kill.abort() : stop.abort()));
  }
  if (isConsoleOlder(fileURLToPath(new URL('../../..', import.meta.url)))) {
    process.stderr.write(
      'The operator console was built of older sources than those here: npm run prepare builds it.\n',
    );
  }
  process.exitCode = await runDemo(parsed.options, {
    programs: {
      server: program('server'),
      virtualMeter: program('virtual-meter'),
      sandbox: program('sandbox'),
      witness: program('witness'),
    },
    ...steps,
    history,
    say: (line) => process.stdout.write(`${line}\n`),
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stopSignals: { stop: stop.signal, kill: kill.signal },
  });
  // Everything we started is gone; a timer in a library must not keep the terminal waiting.
  process.exit();
}

function program(app: string): string {
  return fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url));
}
