// Which addresses a server of ours may call because somebody typed them: public ones over HTTPS. A
// name is judged twice, as text here and by the addresses that it resolves to before it is called.

export type UrlFault = 'not-a-url' | 'not-https' | 'credentials' | 'private-address' | 'local-name';

/** Null when a URL may be registered; what its name resolves to is checked at each call. */
export function webhookUrlFault(text: string): UrlFault | null {
  if (text.length > 2000 || !URL.canParse(text)) return 'not-a-url';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'not-https';
  if (url.username !== '' || url.password !== '') return 'credentials';
  // The parser has turned every way of writing an address ("2130706433", "0x7f.1") into one.
  const host = url.hostname.replace(/\.$/, '');
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  if (host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return isPublicAddress(bare) ? null : 'private-address';
  }
  const local =
    /^(localhost|.*\.(localhost|local|internal|intranet|lan|home|corp|arpa|test|invalid))$/;
  return local.test(host) || !host.includes('.') ? 'local-name' : null;
}

/** Whether an IPv4 or IPv6 address belongs to the open internet. Unreadable ones do not. */
export function isPublicAddress(address: string): boolean {
  if (address.includes(':')) return isPublicV6(address);
  const parts = address.split('.').map(Number);
  if (
    parts.length !== 4 ||
    parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)
  ) {
    return false;
  }
  const [a = 0, b = 0, c = 0] = parts;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b <= 127) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b <= 31) return false;
  if (a === 192 && b === 168) return false;
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return false;
  if (a === 198 && (b === 18 || b === 19)) return false;
  if (a === 198 && b === 51 && c === 100) return false;
  return !(a === 203 && b === 0 && c === 113);
}

function isPublicV6(text: string): boolean {
  const groups = groupsOf(text);
  if (groups === null) return false;
  const [first = 0, second = 0] = groups;
  const v4 = () => {
    const [high = 0, low = 0] = groups.slice(6);
    return isPublicAddress([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  };
  if (groups.slice(0, 5).every((group) => group === 0)) {
    // Mapped (::ffff:a.b.c.d); the old compatible form, :: and ::1 are never public.
    return groups[5] === 0xffff ? v4() : false;
  }
  if (first === 0x64 && second === 0xff9b) return v4();
  // Only 2000::/3 is handed out; of it not documentation, 6to4 or Teredo.
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2002 || (first === 0x2001 && second < 0x200)) return false;
  return !(first === 0x2001 && second === 0xdb8);
}

/**
 * Eight groups of an IPv6 address, with its last two written as IPv4 or not; null when unreadable.
 */
function groupsOf(text: string): number[] | null {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = (high: string, low: string) => ((Number(high) << 8) | Number(low)).toString(16);
  const [, head = '', a = '', b = '', c = '', d = ''] = dotted ?? [];
  const plain = dotted === null ? text : `${head}${hex(a, b)}:${hex(c, d)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return null;
  const read = (half: string | undefined) =>
    half === undefined || half === '' ? [] : half.split(':');
  const [left, right] = [read(halves[0]), read(halves[1])];
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return all.map((group) => Number.parseInt(group, 16));
}
