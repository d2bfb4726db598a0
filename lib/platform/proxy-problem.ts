/**
 * How the proxy failed. A number is the status of its answer. `unreachable`: no connection to the proxy. `certificate`: an
 * https proxy whose certificate isn't trusted. `silent`: no answer in time. `broken`: it isn't an HTTP proxy, or it broke off
 * the connection.
 */
export type ProxyFailure = number | "unreachable" | "certificate" | "silent" | "broken";
/** The proxy through which a failed call went, as `host:port`, and how the proxy failed; null if the proxy didn't fail. */
export type ProxyProblem = { proxy: string; failure: ProxyFailure | null };

const codePrefix = "ERR_POCKETSOC_PROXY_";

/**
 * The error of a connection that the proxy didn't make. The failure is part of `code`, because vendors' SDKs keep only an
 * error's code and message.
 */
export class ProxyError extends Error {
  readonly code: string;
  constructor(proxy: string, failure: ProxyFailure, cause?: unknown) {
    super(`the proxy ${proxy} ${failureText(failure)}`, { cause });
    this.name = "ProxyError";
    this.code = `${codePrefix}${String(failure).toUpperCase()}`;
  }
}

const kinds = ["unreachable", "certificate", "silent", "broken"] as const;

/** Returns how the proxy failed, from the error of a call. Returns null if the proxy isn't the cause. */
export function proxyFailureOf(error: unknown): ProxyFailure | null {
  const code = codeOf(error);
  if (!code.startsWith(codePrefix)) return null;
  const failure = code.slice(codePrefix.length);
  return kinds.find((kind) => kind.toUpperCase() === failure) ?? (Number(failure) || null);
}

/** Whether a call failed because the other end's certificate isn't trusted. */
export const isCertificateError = (error: unknown): boolean =>
  /CERT|^UNABLE_TO_|^DEPTH_ZERO/.test(codeOf(error)) && proxyFailureOf(error) === null;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * Says in the middle of a sentence through which proxy a call went, such as "through the proxy proxy.example.com:3128, which
 * answered 407".
 */
export function throughProxy({ proxy, failure }: ProxyProblem): string {
  const end = failure === null ? "" : `, which ${failureText(failure)}`;
  return `through the proxy ${proxy}${end}`;
}

function failureText(failure: ProxyFailure): string {
  if (typeof failure === "number") return `answered ${failure}`;
  return {
    unreachable: "can't be reached",
    certificate: "has a certificate that this server doesn't trust",
    silent: "didn't answer in time",
    broken: "broke off or didn't answer as an HTTP proxy does",
  }[failure];
}

/**
 * Says what the operator can do about a failed call of `host` through the proxy. The text begins in lower case and has no full
 * stop.
 */
export function proxyRemedy({ failure }: ProxyProblem, host: string): string {
  if (failure === 407) return "check the user and password in HTTPS_PROXY";
  if (failure === 502 || failure === 503 || failure === 504)
    return "check the proxy's own DNS and its way to the internet";
  if (typeof failure === "number") return `let the proxy allow CONNECT to ${host}`;
  if (failure === "certificate")
    return "add the certificate authority of the proxy to the file that NODE_EXTRA_CA_CERTS names";
  if (failure === null) return `check that the proxy lets this server through to ${host}`;
  return "check the host and port in HTTPS_PROXY, and that the proxy runs";
}
