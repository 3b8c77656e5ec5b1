// `npm run chaos -- sales|rails|servers|failover [--rounds 3] [--seed 7] [--json]`: sales while
// everything is killed, while everybody outside is, while one of two servers is, or while the
// database fails over. A failure says what was wrong and the seed of its kills; how the machine ran
// is not in the seed.

import { readOptions } from '../options.ts';

const help = `sales: server, PostgreSQL or both are killed at random moments; after each round every
answer that somebody got must stand, and the laws hold.
rails: the payment provider, the message centre, the receiver of webhooks and now and then the
server are killed; each purchase is paid and has its token once, each message went out once
or its repeat is marked, each event was heard or waits.
servers: two servers behind HAProxy, two brokers, meters; a server is killed or halted for 25 s,
both are started anew one after the other, a broker is killed or halted for 70 s; somebody always
sells, and each token is in its meter once.
failover: the same on three nodes of PostgreSQL by Patroni; the primary is killed, its machine is
lost or halted for 40 s, or it is changed for another one by choice; as root, its network is cut
for 40 s or its disk filled, too.

  npm run chaos -- sales|rails|servers|failover [--rounds N] [--seed N] [--json]

  --rounds N  how many (default: 3)
  --seed N    of requests and kills (default: 7)
  --json      the last line is one JSON object of counts`;

// Loaded once it is known what is asked: help and a slip are answered at once.
const kinds = {
  sales: () => import('./rounds.ts').then(({ runChaos }) => runChaos),
  rails: () => import('./rails-rounds.ts').then(({ runRailsChaos }) => runRailsChaos),
  servers: () => import('./servers-rounds.ts').then(({ runServersChaos }) => runServersChaos),
  failover: () => import('./failover-rounds.ts').then(({ runFailoverChaos }) => runFailoverChaos),
};

const { values, positionals } = readOptions(
  { name: 'chaos', help, positionals: true },
  {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
);
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const kind = positionals.length === 1 ? positionals[0] : undefined;
const run = kind === undefined || !(kind in kinds) ? undefined : kinds[kind as keyof typeof kinds];
if (run === undefined || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error(
    `chaos: give one of ${Object.keys(kinds).join(', ')}, and whole numbers for --rounds and ` +
      '--seed; try --help',
  );
  process.exitCode = 2;
} else {
  const [{ ChaosFailed }, { ProgramMissing }] = await Promise.all([
    import('./rounds.ts'),
    import('./balancer.ts'),
  ]);
  console.log(`chaos: ${kind}, ${rounds} rounds, seed ${seed}`);
  try {
    const report = await (await run())({ rounds, seed, say: (line) => console.log(line) });
    if (values.json) console.log(JSON.stringify({ chaos: kind, ...report }));
    else console.log(`all rounds clean: ${JSON.stringify(report)}`);
  } catch (error) {
    if (error instanceof ProgramMissing) console.error(`chaos: ${error.message}`);
    else if (!(error instanceof ChaosFailed)) throw error;
    else console.error(`chaos failed with seed ${seed}, ${error.message}`);
    process.exitCode = 1;
  }
}
