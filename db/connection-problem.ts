import { lookUp } from "#lib/domain/look-up.ts";
import { readDatabaseUrl } from "#lib/platform/database-url.ts";
import { connectionsOf } from "./connections.ts";

/** An error of the driver, of Node or of PostgreSQL, as far as it explains why a connection failed. */
type Problem = { code: string; message: string };
/** The problem, and whether the address asks for no encryption. */
type Refused = Problem & { isPlain: boolean };

const untrusted =
  "the server's certificate comes from an authority that isn't trusted here. Name the authority's file with sslrootcert=FILE in the address, or with NODE_EXTRA_CA_CERTS";
const unanswered =
  "something accepts the connection there and closes it unanswered. Check the port, and what stands in front of the server";
const unreachable = "there is no way to its host from here. Check the network and the firewall";
const pooler =
  "Give the server's direct address, or set the pooler up as docs/postgresql.md says under Behind PgBouncer";

const noCommonTls =
  "the server and this machine have no version of TLS in common. Turn TLSv1.2 or newer on in the server (ssl_min_protocol_version, ssl_max_protocol_version)";
const wantsCertificate =
  "the server wants a client's certificate from an authority that it trusts. Name one in the address with sslcert=FILE and sslkey=FILE";

/** What a code means, and what to do about it. Each text continues "X can't be used: ". */
const reasons: Record<string, string | ((problem: Refused) => string)> = {
  ECONNREFUSED: "nothing listens there. Check host and port, and that the server runs",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its host's name can't be looked up now. Check the DNS server",
  ENOENT: "there is no such Unix socket. Check the folder and the port",
  EACCES: "this account may not open the server's Unix socket",
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  ECONNRESET: unanswered,
  EPIPE: unanswered,
  CONNECTION_CLOSED: unanswered,
  CLOSED_UNANSWERED: unanswered,
  CONNECT_TIMEOUT: "nothing answers there in time. Check host, port and firewall",
  NOT_POSTGRES: "what answers there isn't PostgreSQL. Check host and port",
  AUTHENTICATION_UNKNOWN:
    "the server asks for a kind of authentication that PocketSOC doesn't have, such as GSSAPI or OAuth. Let pg_hba.conf ask this role for scram-sha-256",
  EINVAL: "its host or Unix socket can't be connected to. The path of a socket may be at most 107 bytes long",
  NO_TLS:
    "the server offers no TLS, which the address asks for. Turn ssl on in the server, or write sslmode=disable if the network between is yours",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  // an authority of the same name is trusted, but with another key
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  INVALID_CA: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another host. Write the host's name as the certificate has it",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate isn't valid yet. Check this machine's clock",
  INVALID_PURPOSE:
    "the server's certificate isn't for servers. Give the server one with the usage serverAuth",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noCommonTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonTls,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: noCommonTls,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsCertificate,
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE":
    "the server refuses the TLS handshake. If it wants a client's certificate, name one in the address with sslcert=FILE and sslkey=FILE; otherwise check its ssl_ciphers",
  "08P01": ({ message }) => `a pooler answers there and refuses what PocketSOC needs: ${message}. ${pooler}`,
  "28000": refusedRole,
  "28P01": "the server refuses the role or its password",
  "3D000": "there is no such database",
  "42501": ({ message }) => `the role lacks a right: ${message}`,
  "42704": ({ message }) =>
    `the server doesn't know a parameter of the address: ${message}. Remove it from the address`,
  "53300": ({ message }) =>
    `no connection is free: ${message}. A web needs up to ${connectionsOf.web} connections, a worker ${connectionsOf.worker} and a receiver ${connectionsOf.receiver}. Raise max_connections or the limit of the role or database`,
  "57P03": "the server is starting, stopping or recovering. Try again in a moment",
};

/** Tells "not without TLS" from other reasons why a server doesn't let a role in. */
function refusedRole({ message, isPlain }: Refused): string {
  // the file's name is the same in every language of the server's messages
  if (!/pg_hba|SSL|TLS|encrypt/i.test(message)) return `the server doesn't let this role in: ${message}`;
  const rules = "its pg_hba.conf or firewall rules must allow this role, database and host";
  return isPlain
    ? `the server wants TLS: add ?sslmode=verify-full to the address. If that doesn't help, ${rules} (${message})`
    : `the server doesn't let this connection in: ${rules} (${message})`;
}

/** Says in OpenSSL's words why TLS failed; its whole message has numbers and file names that help nobody. */
const tlsReason = (code: string) =>
  code.startsWith("ERR_SSL_")
    ? `TLS with the server fails: ${code.slice("ERR_SSL_".length).toLowerCase().replaceAll("_", " ")}. Check the server's TLS settings`
    : "";

/** Returns the error that the driver or drizzle wrapped, which has the code and the reason. */
export function rootCause(error: unknown): Problem {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  // Node collects the failures of a host's several addresses
  if (cause instanceof AggregateError && cause.errors.length > 0) cause = cause.errors.at(-1);
  const { code = "", message = "" } = (cause ?? {}) as Partial<Problem>;
  return { code: String(code), message: message.split("\n")[0]?.replace(/\.$/, "") ?? "" };
}

/**
 * Returns a sentence that says why the database can't be reached at `url`, which the setting `setting` contains, and what
 * to do. The sentence contains the error's code.
 */
export function explainConnection(setting: string, url: string, error: unknown): string {
  const read = readDatabaseUrl(url);
  if ("problem" in read) return `${setting} ${read.problem}`;
  const problem = rootCause(error);
  const { code, message } = problem;
  const known = lookUp(reasons, code);
  const isPlain = read.address.tls.mode === "off";
  const reason = typeof known === "function" ? known({ ...problem, isPlain }) : known;
  const text = reason ?? (tlsReason(code) || message || "the reason is unknown");
  return `${setting} can't be used: ${text}${code && ` (${code})`}.`;
}
