/** Whether a cloud could reach an address, as far as the address itself tells. */
type Reachability = { reachable: true } | { reachable: false; why: string };

/** top-level names that the internet's DNS doesn't hold, or that networks use inside */
const innerNames = [
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
/** IANA's special-purpose addresses that nobody outside can reach (RFC 6890 and what it lists) */
const blocks: Block[] = [
  ["0.0.0.0", 8, "is no machine's address"],
  ["10.0.0.0", 8, "is a private address"],
  ["100.64.0.0", 10, "is an address inside a provider's network"],
  ["127.0.0.0", 8, "means the machine itself"],
  ["169.254.0.0", 16, "is a link-local address"],
  // a public address by its number, which from a machine in Microsoft's cloud leads to the platform under it
  ["168.63.129.16", 32, "is the address of Microsoft's own platform"],
  ["172.16.0.0", 12, "is a private address"],
  ["192.0.0.0", 24, "is set aside for protocols"],
  ["192.0.2.0", 24, "is an address for documents"],
  ["192.88.99.0", 24, "leads into another network"],
  ["192.168.0.0", 16, "is a private address"],
  ["198.18.0.0", 15, "is an address for measurements"],
  ["198.51.100.0", 24, "is an address for documents"],
  ["203.0.113.0", 24, "is an address for documents"],
  ["224.0.0.0", 3, "is no machine's address"],
];

const numberOf = (address: string) =>
  address.split(".").reduce((value, part) => value * 256 + Number(part), 0);

function whyNotIpv4(address: string): string | null {
  const found = blocks.find(([start, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(start) / size);
  });
  return found?.[2] ?? null;
}

/** The eight groups of an IPv6 address as `URL` writes it: shortened, lower case, no dots. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const read = (text: string) =>
    text === "" ? [] : text.split(":").map((part) => Number.parseInt(part, 16));
  if (tail === undefined) return read(head);
  const [before, after] = [read(head), read(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function whyNotIpv6(address: string): string | null {
  const groups = groupsOf(address);
  const [first = 0, second = 0] = groups;
  const [high = 0, low = 0] = groups.slice(6);
  const dotted = [high >> 8, high & 255, low >> 8, low & 255].join(".");
  if (groups.slice(0, 7).every((group) => group === 0)) return "means the machine itself";
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return whyNotIpv4(dotted);
  if ((first & 0xfe00) === 0xfc00) return "is a private address";
  if ((first & 0xffc0) === 0xfe80) return "is a link-local address";
  // NAT64, 6to4 and what tunnels: an IPv4 address of any kind stands behind them
  if ((first === 0x64 && second === 0xff9b) || first === 0x2002) return "leads into another network";
  if (first === 0x2001 && second < 0x0200) return "is set aside for protocols";
  if ((first === 0x2001 && second === 0x0db8) || (first === 0x3fff && second < 0x1000))
    return "is an address for documents";
  // what is given out to networks begins with 2 or 3
  return (first & 0xe000) === 0x2000 ? null : "is no machine's address";
}

/** Why an IP address, as a name's look-up gives it, is nobody's outside; null when it is a public one. */
export function publicAddressProblem(address: string): string | null {
  if (/^[\d.]+$/.test(address)) return whyNotIpv4(address);
  // as `URL` writes it, however it came: without a zone, and what is dotted in hexadecimal
  const host = URL.parse(`https://[${address.replace(/%.*$/, "")}]`)?.hostname;
  return host ? whyNotIpv6(host.slice(1, -1)) : "is no address";
}

function whyNotName(name: string): string | null {
  const labels = name.replace(/\.$/, "").split(".");
  const last = labels.at(-1) ?? "";
  if (last === "localhost") return "means the machine itself";
  if (labels.length === 1) return "is a name that is known inside a network only";
  return innerNames.includes(last) ? `ends in .${last}, which is known inside a network only` : null;
}

/**
 * Whether something outside could call `address` (an http or https URL): https, and no name or address that means the
 * machine itself or lies inside a network. That a firewall or a proxy lets the call through isn't seen here.
 */
export function reachability(address: string): Reachability {
  const no = (why: string): Reachability => ({ reachable: false, why });
  const url = URL.parse(address);
  if (!url) return no("it can't be read as an address");
  const host = url.hostname;
  const why = host.startsWith("[")
    ? whyNotIpv6(host.slice(1, -1))
    : /^[\d.]+$/.test(host)
      ? whyNotIpv4(host)
      : whyNotName(host);
  if (why) return no(`${host} ${why}`);
  return url.protocol === "https:" ? { reachable: true } : no("it begins with http, and https is needed");
}
