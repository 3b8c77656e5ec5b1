// The manifests of deploy/kubernetes as `podman kube play` can play them on one machine: the words
// that are a reader's to replace, and secrets readable by a group, which Podman does not change.

const replaced: readonly (readonly [string, string])[] = [
  ['DATABASE.EXAMPLE.ORG:5432/prewatt?sslmode=verify-full', 'database:5432/prewatt_cluster'],
  ['REGISTRY.EXAMPLE.ORG/prewatt:VERSION', 'localhost/prewatt:latest'],
  ['https://POWER.EXAMPLE.ORG', 'http://localhost:7070'],
  ['mqtts://BROKER.EXAMPLE.ORG:8883', 'mqtts://localhost:8883'],
  ['runAsUser: 10001, fsGroup: 10001', 'runAsUser: 10001, runAsGroup: 0'],
];

/** Throws where a word is not there any more. */
export function clusterOf(manifests: string): string {
  let text = manifests;
  for (const [from, to] of replaced) {
    if (!text.includes(from)) throw new Error(`the manifests do not say ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Both secrets as manifests; that of the server with a password for a broker of one's own. */
export function secretsOf(secrets: string, ownerPassword: string): string {
  const file = JSON.parse(secrets) as Record<string, string>;
  const server = JSON.stringify({ ...file, mqttPassword: file['smsApiKey'] });
  const one = (name: string, key: string, value: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\n` +
    `data: { ${key}: ${Buffer.from(value).toString('base64')} }\n`;
  return [
    one('prewatt', 'secrets.json', server),
    one('prewatt-owner', 'owner-password', ownerPassword),
  ].join('---\n');
}
