// The shell scripts of the road: a copy of this machine's folders that nothing outlives, and the
// blocks of the production guide in it, one after the other in one shell.

import type { DocBlock } from '../docs.ts';

export type Place = {
  /** The checkout that the guide's machine clones. */
  readonly root: string;
  /** An empty folder for what the copies keep. */
  readonly folder: string;
  readonly node: string;
  /** Where the scripts of the first block and of all others stand. */
  readonly first: string;
  readonly others: string;
};

/** Said before each block: `== LINE`, on a line of its own. */
export const mark = /^== (\d+)$/;

/** What the guide leaves to the reader. */
export const filledIn = (script: string, root: string): string =>
  script.replaceAll('REPOSITORY', root);

/** Blocks as one script that stops where one fails, but for those that may. */
export function scriptOf(blocks: readonly DocBlock[], root: string): string {
  const parts = blocks.map(({ line, script, mayFail }) => {
    const text = filledIn(script, root);
    return `echo; echo '== ${line}'\n${mayFail ? `{\n${text}\n} || test $? = 1` : text}`;
  });
  return ['set -euo pipefail', ...parts, ''].join('\n');
}

/**
 * The machine: folders that the guide writes to are covered by copies in memory, processes are
 * of a space of their own and end with the first of them, and from the second block on the
 * network is this machine's loopback alone. `npm install` finds the packages of this checkout
 * beside the clone and compares them with the lockfile, which spares a minute of unpacking.
 */
export const machineScript = (place: Place): string => `set -euo pipefail
mount --make-rprivate /
mount -t tmpfs -o mode=0755 road ${place.folder}
for folder in etc opt root srv usr var; do
  mkdir ${place.folder}/$folder ${place.folder}/$folder.work
  mount -t overlay road -o lowerdir=/$folder,upperdir=${place.folder}/$folder,workdir=${place.folder}/$folder.work /$folder
done
mount -t tmpfs -o mode=0755 road /run
mkdir -p /run/lock /etc/postgresql /var/lib/postgresql
for folder in /etc/postgresql /var/lib/postgresql; do mount -t tmpfs -o mode=0755 road $folder; done
git config --global --add safe.directory '*'
rm -f /usr/bin/systemctl /usr/local/bin/node /usr/local/bin/prewatt
printf '#!/bin/sh\\nexec ${place.node} ${place.root}/tools/src/road/systemctl.ts "$@"\\n' > /usr/bin/systemctl
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
printf '#!/bin/sh\ncp -a ${place.root}/node_modules . 2>/dev/null\nexec /usr/bin/npm "$@" --prefer-offline --no-audit\n' > /usr/local/bin/npm
chmod 0755 /usr/bin/systemctl /usr/sbin/policy-rc.d /usr/local/bin/npm
cd /root
bash ${place.first}
chown postgres: /etc/postgresql /var/lib/postgresql
install -d -o postgres -g postgres /run/postgresql
rm -f /etc/postgresql-common/createcluster.conf
pg_lsclusters -h | grep -q . || pg_createcluster "$(ls /usr/lib/postgresql | sort -n | tail -1)" main
unshare --net bash ${place.others}
`;

/** Before the second block: what Debian's packages start by themselves under systemd. */
export const beforeOthers = `ip link set lo up
pg_lsclusters -h | { read -r version name rest; pg_ctlcluster "$version" "$name" start; }
systemctl start nginx
`;

/** After the last block: the hourly timer's service once more, and Mosquitto took it. */
export const afterOthers = `echo; echo '== 0'
systemctl start prewatt-authority.service
sleep 1
! grep -E 'Error|Unable' /var/log/mosquitto/mosquitto.log
as ada meter identity 600727000000000009
`;
