/** Whether the internet can reach an address. `why` is a sentence without a full stop. */
type Reachability = { reachable: true } | { reachable: false; why: string };

/** top-level domains that don't exist in public DNS, or that private networks use */
const internalTopLevelNames = [
  "local",
  "localdomain",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "arpa",
  "test",
  "example",
  "invalid",
];

type Block = [start: string, bits: number, kind: string];
/** IANA's special-purpose blocks of addresses that the internet can't reach (the registries of RFC 6890) */
const blocks: Block[] = [
  ["0.0.0.0", 8, "isn't the address of a machine"],
  ["10.0.0.0", 8, "is a private address"],
  ["100.64.0.0", 10, "is an address inside a provider's network"],
  ["127.0.0.0", 8, "means the machine itself"],
  ["169.254.0.0", 16, "is a link-local address"],
  // a public address by number, but on a machine in Microsoft's cloud it leads to the platform
  ["168.63.129.16", 32, "is the address of Microsoft's own platform"],
  ["172.16.0.0", 12, "is a private address"],
  ["192.0.0.0", 24, "is reserved for protocols"],
  ["192.0.2.0", 24, "is reserved for documentation"],
  ["192.88.99.0", 24, "leads into another network"],
  ["192.168.0.0", 16, "is a private address"],
  ["198.18.0.0", 15, "is reserved for benchmarks"],
  ["198.51.100.0", 24, "is reserved for documentation"],
  ["203.0.113.0", 24, "is reserved for documentation"],
  ["224.0.0.0", 3, "isn't the address of a machine"],
];

const numberOf = (address: string) =>
  address.split(".").reduce((value, part) => value * 256 + Number(part), 0);

function ipv4Problem(address: string): string | null {
  const block = blocks.find(([start, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(start) / size);
  });
  return block?.[2] ?? null;
}

/**
 * Parses an IPv6 address into its eight groups. The address must be written as `URL` writes it: shortened, lower case,
 * without dots.
 */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const parse = (text: string) =>
    text === "" ? [] : text.split(":").map((part) => Number.parseInt(part, 16));
  if (tail === undefined) return parse(head);
  const [before, after] = [parse(head), parse(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function ipv6Problem(address: string): string | null {
  const groups = groupsOf(address);
  const [first = 0, second = 0] = groups;
  const [high = 0, low = 0] = groups.slice(6);
  const dotted = [high >> 8, high & 255, low >> 8, low & 255].join(".");
  if (groups.slice(0, 7).every((group) => group === 0)) return "means the machine itself";
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return ipv4Problem(dotted);
  if ((first & 0xfe00) === 0xfc00) return "is a private address";
  if ((first & 0xffc0) === 0xfe80) return "is a link-local address";
  // NAT64, 6to4 and tunnels contain an IPv4 address, which may be a private one
  if ((first === 0x64 && second === 0xff9b) || first === 0x2002) return "leads into another network";
  if (first === 0x2001 && second < 0x0200) return "is reserved for protocols";
  if ((first === 0x2001 && second === 0x0db8) || (first === 0x3fff && second < 0x1000))
    return "is reserved for documentation";
  // public addresses begin with 2 or 3
  return (first & 0xe000) === 0x2000 ? null : "isn't the address of a machine";
}

/**
 * Returns why an IP address isn't public, as the end of a sentence that begins with the address. Returns null if the address
 * is public.
 */
export function publicAddressProblem(address: string): string | null {
  if (/^[\d.]+$/.test(address)) return ipv4Problem(address);
  // `URL` brings every spelling into one form; it takes no zone (%eth0)
  const host = URL.parse(`https://[${address.split("%")[0]}]`)?.hostname;
  return host ? ipv6Problem(host.slice(1, -1)) : "isn't an IP address";
}

function nameProblem(name: string): string | null {
  const labels = name.replace(/\.$/, "").split(".");
  const last = labels.at(-1) ?? "";
  if (last === "localhost") return "means the machine itself";
  if (labels.length === 1) return "is a name that is known only inside a network";
  return internalTopLevelNames.includes(last)
    ? `ends in .${last}, which is known only inside a network`
    : null;
}

/**
 * Whether a service on the internet could call `address`, which must be https with a public host. Judges by the address only;
 * a firewall or a proxy may still block the call.
 */
export function reachability(address: string): Reachability {
  const unreachable = (why: string): Reachability => ({ reachable: false, why });
  const url = URL.parse(address);
  if (!url) return unreachable("it isn't a valid address");
  const host = url.hostname;
  const why = host.startsWith("[")
    ? ipv6Problem(host.slice(1, -1))
    : /^[\d.]+$/.test(host)
      ? ipv4Problem(host)
      : nameProblem(host);
  if (why) return unreachable(`${host} ${why}`);
  return url.protocol === "https:"
    ? { reachable: true }
    : unreachable("it begins with http, and https is needed");
}
