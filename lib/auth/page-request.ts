import { decode } from "next-auth/jwt";
import { sessionEnded } from "#lib/domain/session.ts";
import { getEnv } from "#lib/platform/env.ts";
import { readLimited } from "#lib/platform/limited-body.ts";
import { areActionArguments } from "./action-arguments.ts";
import { sessionCookieName } from "./cookies.ts";

/** pages whose action works before anybody has signed in; what these actions take is short */
const openPages = new Set(["/first-admin", "/login-link"]);
const openBodyMaxBytes = 2_048;
/** how many bytes an action may take: 500 ids with statuses have 45 KB; next.config.ts holds chunked bodies to it */
const bodyMaxBytes = 131_072;
const bodyTimeoutMs = 10_000;
/** how Next names an action */
const actionId = /^[0-9a-f]{42}$/;

type PageRequest = {
  method: string;
  headers: Headers;
  cookies: { get(name: string): { value: string } | undefined };
  nextUrl: { pathname: string };
  body: ReadableStream<Uint8Array> | null;
};
/** Why a request is refused before Next reads it. `code` is for the log. */
type PageRefusal = { status: 400 | 401 | 403 | 408 | 411 | 413; code: string; sentence: string };

/**
 * Says why a request to a page is refused, or returns null. Next decodes the arguments of a server action before the action
 * can check who calls, so a request that changes something must call an action from a page of this portal, with a cookie that
 * this portal made, and with a body as pages send it. Whether the session is valid is decided by the action.
 */
export async function pageRefusal(request: PageRequest): Promise<PageRefusal | null> {
  const { method } = request;
  if (method === "GET" || method === "HEAD") return null;
  return (await callerRefusal(request)) ?? bodyRefusal(request);
}

async function callerRefusal({ headers, cookies, nextUrl }: PageRequest): Promise<PageRefusal | null> {
  const { portalUrl, sessionSecret } = getEnv();
  if (headers.get("origin") !== new URL(portalUrl).origin)
    return refusal(
      403,
      "other_origin",
      `This request didn't come from a page of this portal, so nothing was changed. Open it at ${portalUrl}.`,
    );
  const isOpen = openPages.has(nextUrl.pathname);
  const length = headers.get("content-length");
  if (isOpen && length === null)
    return refusal(411, "no_length", "The request doesn't say how long it is, so nothing was changed.");
  if (Number(length ?? 0) > (isOpen ? openBodyMaxBytes : bodyMaxBytes)) return tooLarge;
  if (isOpen) return null;
  const token = cookies.get(sessionCookieName())?.value;
  // a cookie that doesn't decode isn't ours
  const isOurs = token && (await decode({ token, secret: sessionSecret }).catch(() => null));
  return isOurs ? null : refusal(401, "no_session", sessionEnded);
}

/** Reads the body: its arguments must be such as Next can decode quickly and without an error. */
async function bodyRefusal({ method, headers, body }: PageRequest): Promise<PageRefusal | null> {
  const isCall = method === "POST" && actionId.test(headers.get("next-action") ?? "");
  if (!isCall || !/^text\/plain\b/i.test(headers.get("content-type") ?? "")) return unreadable;
  const read = await readLimited(body, bodyMaxBytes, bodyTimeoutMs);
  if (read.ok) return areActionArguments(read.bytes.toString("utf8")) ? null : unreadable;
  if (read.refusal === "too_large") return tooLarge;
  return refusal(
    408,
    read.refusal,
    "The request didn't arrive whole within 10 seconds, so nothing was changed. Try again.",
  );
}

const refusal = (status: PageRefusal["status"], code: string, sentence: string): PageRefusal => ({
  status,
  code,
  sentence,
});
const tooLarge = refusal(
  413,
  "too_large",
  "The request is longer than this page sends, so nothing was changed.",
);
const unreadable = refusal(
  400,
  "unreadable",
  "The request can't be read, so nothing was changed. Reload the page and try again.",
);
