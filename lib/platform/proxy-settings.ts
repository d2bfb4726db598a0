import { BlockList, isIP } from "node:net";

type Source = Readonly<Record<string, string | undefined>>;
/** Whether a host is called without the proxy. `host` is in lower case, without brackets and final dot. */
type Exception = (host: string, port: number) => boolean;

/** The HTTP proxy through which the portal calls other hosts. */
export type ProxySettings = {
  /** the proxy's address with user and password, so it must never be shown */
  address: string;
  /** the proxy as `host:port`, for messages */
  name: string;
  /** the hosts that NO_PROXY excepts */
  exceptions: readonly Exception[];
};

const formProblem =
  "must be the address of an HTTP proxy, such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128. Percent-encode special characters of the user and the password: % as %25, # as %23, / as %2F, ? as %3F, @ as %40.";
const schemeProblem =
  "must begin with http:// or https://. Other kinds of proxies, such as SOCKS, aren't supported.";

/**
 * Reads HTTPS_PROXY and NO_PROXY. Either may be in lower case, which then comes first, as in other programs. Without a
 * scheme the proxy's address is http. An entry of NO_PROXY that isn't understood excepts no host. A problem never contains
 * the address, because that may have a password.
 */
export function readProxySettings(
  source: Source,
): { proxy: ProxySettings | null } | { name: string; problem: string } {
  const given = readEither(source, "HTTPS_PROXY");
  if (!given) return { proxy: null };
  const url = URL.parse(given.value.includes("://") ? given.value : `http://${given.value}`);
  const problem = whyNotProxy(url);
  if (!url || problem) return { name: given.name, problem: problem ?? formProblem };
  const entries = (readEither(source, "NO_PROXY")?.value ?? "").split(/[\s,]+/).filter(Boolean);
  return {
    proxy: {
      address: url.href,
      name: `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`,
      exceptions: entries.map(readException),
    },
  };
}

function readEither(source: Source, upper: string): { name: string; value: string } | null {
  for (const name of [upper.toLowerCase(), upper]) {
    const value = source[name]?.trim();
    if (value) return { name, value };
  }
  return null;
}

function whyNotProxy(url: URL | null): string | null {
  if (!url) return formProblem;
  if (url.protocol !== "http:" && url.protocol !== "https:") return schemeProblem;
  if (!url.hostname || url.port === "0" || url.pathname !== "/" || url.search || url.hash) return formProblem;
  try {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    // Basic authentication separates the two with a colon, and a line break would end the header
    return user.includes(":") || /[\r\n]/.test(user + password) ? formProblem : null;
  } catch {
    // a malformed %
    return formProblem;
  }
}

/** Reads an entry of NO_PROXY: `*`, a host or a domain with or without a dot in front, an IP address, a range of them. */
function readException(entry: string): Exception {
  if (entry === "*") return () => true;
  const [, block = "", bits = ""] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/i.exec(entry) ?? [];
  if (isIP(block) && Number(bits) <= (isIP(block) === 4 ? 32 : 128))
    return isInList((list) => list.addSubnet(block, Number(bits), familyOf(block)));
  const [, first = "", last = ""] = /^([\d.]+)-([\d.]+)$/.exec(entry) ?? [];
  if (isIP(first) === 4 && isIP(last) === 4 && !isBelow(last, first))
    return isInList((list) => list.addRange(first, last, "ipv4"));
  return readHostException(entry);
}

function readHostException(entry: string): Exception {
  const isBareIPv6 = isIP(entry) === 6;
  const [, written = "", portText] = isBareIPv6
    ? ["", `[${entry}]`]
    : (/^(\[[^\]]+\]|[^:/?#@\\]+)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  const withoutDot = written.replace(/^\*?\./, "");
  // `URL` brings names and addresses into the form that calls use
  const host = withoutDot ? normalHost(URL.parse(`http://${withoutDot}`)?.hostname ?? "") : "";
  if (!host) return () => false;
  const isOnlyBelow = written.startsWith("*.");
  return (called, port) => {
    if (portText && Number(portText) !== port) return false;
    return (!isOnlyBelow && called === host) || (!isIP(host) && called.endsWith(`.${host}`));
  };
}

const familyOf = (address: string) => (isIP(address) === 4 ? "ipv4" : "ipv6");
const normalHost = (host: string) => host.toLowerCase().replace(/^\[|\]$|\.$/g, "");

function isInList(fill: (list: BlockList) => void): Exception {
  const list = new BlockList();
  fill(list);
  return (host) => isIP(host) !== 0 && list.check(host, familyOf(host));
}

function isBelow(address: string, other: string): boolean {
  const parts = (text: string) => text.split(".").map(Number);
  const [left, right] = [parts(address), parts(other)];
  const index = left.findIndex((part, position) => part !== right[position]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}

const isLoopbackAddress = isInList((list) => {
  list.addSubnet("127.0.0.0", 8, "ipv4");
  list.addAddress("::1", "ipv6");
});

/**
 * Whether calls of a host go through the proxy. `host` is a name or an IP address, with or without brackets. The machine
 * itself is always called directly.
 */
export function goesThroughProxy(proxy: ProxySettings | null, host: string, port: number): boolean {
  if (!proxy) return false;
  const called = normalHost(host);
  if (called === "localhost" || called.endsWith(".localhost") || isLoopbackAddress(called, port))
    return false;
  return !proxy.exceptions.some((isExcepted) => isExcepted(called, port));
}
