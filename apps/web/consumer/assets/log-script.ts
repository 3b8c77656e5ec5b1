// The script of the page that a receipt's code opens: it fetches the proof that the token is in the
// public log, and checks it in this browser: the leaf is of tokens that came in, one of this sale;
// the way from it leads to the signed root (RFC 9162, 2.1.3.2) of this utility's log; the log's key
// signed it (Ed25519). Whether that is the utility's key, it cannot say: the server tells it, too.

export const logScriptSource = `(async () => {
  const shown = document.querySelector('[data-log]');
  if (!shown || !window.crypto || !crypto.subtle) return;
  const text = new TextEncoder();
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  const hash = async (...parts) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
  const node = (left, right) => hash(Uint8Array.of(1), left, right);
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const rootOf = async (leaf, { index, size, proof }) => {
    let [place, last, now] = [index, size - 1, leaf];
    for (const step of proof.map(bytes)) {
      if (last === 0) return null;
      if (place % 2 === 1 || place === last) {
        now = await node(step, now);
        while (place % 2 === 0 && place !== 0) {
          place /= 2;
          last = Math.floor(last / 2);
        }
      } else now = await node(now, step);
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 ? now : null;
  };
  const signed = async ({ checkpoint, publicKey }, said) => {
    const [origin] = said.split('\\n');
    const key = await crypto.subtle.importKey('raw', bytes(publicKey), 'Ed25519', false, ['verify']);
    for (const line of checkpoint.slice(said.length + 1).split('\\n')) {
      const [, name, signature] = line.split(' ');
      if (name !== origin || !signature) continue;
      const raw = bytes(signature).slice(4);
      if (raw.length !== 64) continue;
      if (await crypto.subtle.verify('Ed25519', key, raw, text.encode(said))) return true;
    }
    return false;
  };
  const namesSale = (leaf) => {
    const [kind, head, ...rows] = leaf.split('\\n');
    const { table, op } = JSON.parse(head);
    if (kind !== 'prewatt-log/1' || table !== 'tokens') return false;
    if (op !== 'insert' && op !== 'found') return false;
    const saleOf = (row) => JSON.parse(row.split('\\t')[2] || '{}').saleId;
    return rows.some((row) => saleOf(row) === shown.dataset.logSale);
  };
  const holds = async (proof) => {
    const said = proof.checkpoint.slice(0, proof.checkpoint.indexOf('\\n\\n') + 1);
    const [origin, size, root] = said.split('\\n');
    if (origin !== shown.dataset.logOrigin || !namesSale(proof.leaf)) return false;
    if (Number(size) !== proof.size) return false;
    const found = await rootOf(await hash(Uint8Array.of(0), text.encode(proof.leaf)), proof);
    return found !== null && same(found, bytes(root)) && (await signed(proof, said));
  };
  let word = shown.dataset.logUnknown;
  try {
    const answer = await fetch(shown.dataset.log);
    const proof = await answer.json();
    word = (await holds(proof)) ? shown.dataset.logGood : shown.dataset.logBad;
  } catch {}
  shown.textContent = word;
})();
`;
