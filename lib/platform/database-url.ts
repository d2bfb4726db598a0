import { isIP } from "node:net";
import { type DatabaseTls, readTls } from "./database-tls.ts";
import { isQuoted, quoteRule } from "./settings-reader.ts";

/** One server to try. `host` is the name that its certificate must have, or the folder of a Unix socket. */
export type DatabaseHost = { host: string; address: string; port: number };

const sessionKinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;

/** The meaning of a database address. The names are those of libpq, PostgreSQL's own client library. */
export type DatabaseAddress = {
  /** the servers, in the order in which they are tried */
  hosts: readonly DatabaseHost[];
  role: string;
  /** undefined if the address contains none; PGPASSWORD is then used */
  password: string | undefined;
  database: string;
  tls: DatabaseTls;
  /** replaces the program's own name */
  applicationName: string | undefined;
  connectTimeoutMs: number;
  /** command-line options for the server, as in `-c search_path=x` */
  options: string | undefined;
  sessionKind: (typeof sessionKinds)[number];
};

/** Thrown for an address that can't be used. The message continues a sentence that begins with the setting's name. */
class Unusable extends Error {}

const encodeRule =
  "can't be read: encode special characters in its role, password and database name (# as %23, / as %2F, ? as %3F, % as %25, @ as %40, : as %3A, a space as %20).";
const shape = "Write it as postgres://role:password@host:5432/database.";

/**
 * Reads the address of a database as libpq reads it. Returns the address, or a problem that continues a sentence which
 * begins with the setting's name. A problem never contains the password.
 */
export function readDatabaseUrl(text: string): { address: DatabaseAddress } | { problem: string } {
  try {
    return { address: readAddress(text) };
  } catch (error) {
    if (error instanceof Unusable) return { problem: error.message };
    throw error;
  }
}

function readAddress(text: string): DatabaseAddress {
  if (isQuoted(text)) throw new Unusable(quoteRule);
  const scheme = /^postgres(ql)?:\/\//.exec(text)?.[0];
  if (!scheme) throw new Unusable(`must begin with postgres:// and name a database. ${shape}`);
  const { authority, path, query } = split(text.slice(scheme.length));
  const parameters = readParameters(query);
  const [credentials, hostList] = authority.includes("@") ? authority.split("@") : ["", authority];
  const [role = "", ...password] = (credentials ?? "").split(":");
  const named = (name: string, inAddress: string) => parameters.get(name) ?? decode(inAddress);
  const user = named("user", role);
  if (!user) throw new Unusable(`names no role. ${shape}`);
  const timeout = readTimeout(parameters.get("connect_timeout"));
  checkEncoding(parameters.get("client_encoding"));
  return {
    hosts: readHosts(hostList ?? "", parameters),
    role: user,
    password: named("password", password.join(":")) || undefined,
    database: named("dbname", path) || user,
    tls: readTls(parameters, (problem) => new Unusable(problem)),
    applicationName: parameters.get("application_name") ?? parameters.get("fallback_application_name"),
    connectTimeoutMs: timeout,
    options: parameters.get("options"),
    sessionKind: readSessionKind(parameters.get("target_session_attrs")),
  };
}

/**
 * Splits an address after its scheme. A delimiter that isn't encoded could belong to the password, so an ambiguous address
 * is refused instead of guessed.
 */
function split(rest: string): { authority: string; path: string; query: string } {
  const [, authority = "", path = "", query = ""] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const isAmbiguous =
    /[\s#]/.test(rest) ||
    /%(?![0-9a-f]{2})/i.test(rest) ||
    authority.split("@").length > 2 ||
    /[@/]/.test(path) ||
    query.split("&").some((pair) => /[@/?]/.test(pair.split("=")[0] ?? "")) ||
    (query.includes("@") && !authority.includes("@"));
  if (isAmbiguous) throw new Unusable(encodeRule);
  return { authority, path, query };
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new Unusable(encodeRule);
  }
  // PostgreSQL's protocol ends each text with this character
  if (decoded.includes("\0")) throw new Unusable("has %00, which PostgreSQL allows nowhere.");
  return decoded;
}

/** The parameters that `DatabaseAddress` and `DatabaseTls` are read from. */
const usedParameters = new Set([
  ...["host", "hostaddr", "port", "dbname", "user", "password"],
  ...["application_name", "fallback_application_name", "connect_timeout", "options", "target_session_attrs"],
  ...["sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslnegotiation", "channel_binding"],
  ...["ssl_min_protocol_version", "ssl_max_protocol_version", "client_encoding"],
]);
/** Parameters of libpq, and of the addresses that providers hand out, that change nothing which PocketSOC relies on. */
const leftOut = new Set([
  ...["keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"],
  ...[
    "gssencmode",
    "krbsrvname",
    "gsslib",
    "gssdelegation",
    "sslcompression",
    "sslsni",
    "load_balance_hosts",
  ],
  ...["pgbouncer", "connection_limit", "pool_timeout", "statement_cache_size", "uselibpqcompat"],
]);

/** Reads the parameters. Those without a value, and those that are left out, aren't in the result. */
function readParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  let isAfterPassword = false;
  for (const pair of query.split("&").filter(Boolean)) {
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decode(pair.slice(at + 1));
    if (name === "ssl")
      throw new Unusable("has the parameter ssl, which has no one meaning. Write sslmode=verify-full.");
    if (name === "gssencmode" && value === "require")
      throw new Unusable("has gssencmode=require, which PocketSOC doesn't support. Remove it.");
    if (!usedParameters.has(name) && !leftOut.has(name))
      throw new Unusable(
        `has the parameter ${isAfterPassword ? notName : printable(name)}, which PocketSOC doesn't know. Remove it, or encode a ? or & that belongs to the password.`,
      );
    if (value && usedParameters.has(name)) parameters.set(name, value);
    isAfterPassword = name === "password" || name === "sslpassword";
  }
  return parameters;
}

/** stands in an error message for what may be a part of a password that isn't encoded */
const notName = "(not a name)";
const printable = (name: string) => (/^[a-z_.-]{1,40}$/i.test(name) ? name : notName);

function readHosts(hostList: string, parameters: ReadonlyMap<string, string>): DatabaseHost[] {
  const inAddress = hostList ? hostList.split(",").map(splitHost) : [];
  const names = parameters.get("host")?.split(",") ?? inAddress.map(({ host }) => host);
  const addresses = parameters.get("hostaddr")?.split(",") ?? names;
  const ports = parameters.get("port")?.split(",") ?? inAddress.map(({ port }) => port);
  const hosts = names.length > 0 ? names : addresses;
  if (hosts.length === 0 || hosts.includes("")) throw new Unusable(`names no host. ${shape}`);
  if (addresses.length > hosts.length || (ports.length > 1 && ports.length !== hosts.length))
    throw new Unusable("has another number of ports or addresses than hosts.");
  return hosts.map((host, index) => {
    const port = Number(ports[index] || ports[0] || "5432");
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Unusable("has a port that isn't a number between 1 and 65535.");
    const address = addresses[index] || host;
    if (parameters.has("hostaddr") && address !== host && !isIP(address))
      throw new Unusable("has a hostaddr that isn't an IP address.");
    return { host, address, port };
  });
}

/** Splits `host:port`. An IPv6 address stands in brackets. */
function splitHost(text: string): { host: string; port: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) {
    const [, written = "", port = ""] = bracketed;
    // an address of a network interface ends in %25 and the interface's name
    const host = decode(written);
    if (!isIP(host)) throw new Unusable("has brackets around a host that isn't an IPv6 address.");
    return { host, port };
  }
  const [host = "", port = "", ...more] = text.split(":");
  if (more.length > 0) throw new Unusable("has an IPv6 address without brackets. Write it as [::1]:5432.");
  return { host: decode(host), port };
}

/** Reads a time-out in seconds and returns it in ms: at least 2 s, as libpq has it, and at most 60 s. Zero means 60 s. */
function readTimeout(text: string | undefined): number {
  if (text === undefined) return 5_000;
  const seconds = Number(text);
  if (!Number.isInteger(seconds)) throw new Unusable("has a connect_timeout that isn't a whole number.");
  return (seconds <= 0 ? 60 : Math.min(60, Math.max(2, seconds))) * 1_000;
}

function checkEncoding(encoding: string | undefined): void {
  if (encoding && !/^(auto|utf-?8|unicode)$/i.test(encoding))
    throw new Unusable("has a client_encoding other than UTF8, which PocketSOC needs. Remove it.");
}

function readSessionKind(text = "any"): DatabaseAddress["sessionKind"] {
  const kind = sessionKinds.find((name) => name === text);
  if (!kind) throw new Unusable(`has a target_session_attrs other than ${sessionKinds.join(", ")}.`);
  if (kind === "read-only" || kind === "standby" || kind === "prefer-standby")
    throw new Unusable(
      `asks with target_session_attrs=${kind} for a server that can't be written to. PocketSOC needs read-write or primary.`,
    );
  return kind;
}
