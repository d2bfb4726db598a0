import "server-only";
import { cookies } from "next/headers";
import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { awaitsSignIn } from "#lib/auth/awaited-sign-in.ts";
import { type Endpoints, signInEndpoints } from "#lib/auth/directory.ts";
import { authOptions, servedRoutes } from "#lib/auth/options.ts";
import { getServices } from "#lib/auth/services.ts";
import { signInProblem } from "#lib/domain/sign-in.ts";
import { cleanText } from "#lib/domain/text.ts";
import { getEnv } from "#lib/platform/env.ts";
import { readLimited } from "#lib/platform/limited-body.ts";

type RouteContext = { params: Promise<{ nextauth: string[] }> };
type Handler = (request: NextRequest, context: RouteContext) => Promise<Response>;

const bodyMaxBytes = 4_096;
const bodyTimeoutMs = 5_000;

const plain = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });

const isServed = async (method: "GET" | "POST", { params }: RouteContext) =>
  servedRoutes[method].has((await params).nextauth.join("/"));

/** Passes a request to next-auth. Replaces an error in the address of its answer that is no code of next-auth's. */
async function pass(
  request: NextRequest,
  context: RouteContext,
  directory: Endpoints | null = null,
): Promise<Response> {
  await dropForeignReturn();
  const answer = (await NextAuth(request, context, authOptions(directory))) as Response;
  const location = answer.headers.get("location");
  const address = location === null ? null : URL.parse(location, getEnv().portalUrl);
  const error = address?.searchParams.get("error");
  if (!address || !error || signInProblem(error)) return answer;
  address.searchParams.set("error", "Callback");
  const headers = new Headers(answer.headers);
  headers.set("location", address.href);
  return new Response(null, { status: answer.status, headers });
}

/**
 * Removes next-auth's cookie with the address to return to, unless the address is the portal's own. next-auth answers every
 * request with a malformed one with 500, and another host of the same domain can set it for ours.
 */
async function dropForeignReturn(): Promise<void> {
  const { portalUrl } = getEnv();
  const { origin, protocol } = new URL(portalUrl);
  const name = `${protocol === "https:" ? "__Secure-" : ""}next-auth.callback-url`;
  const jar = await cookies();
  const address = jar.get(name)?.value;
  if (address !== undefined && URL.parse(address)?.origin !== origin) jar.delete(name);
}

/** Replaces an error that isn't one of next-auth's codes, because next-auth would write it into a header as it is. */
function knownErrorOnly(parameters: URLSearchParams): URLSearchParams {
  const error = parameters.get("error");
  if (error && !signInProblem(error)) parameters.set("error", "Callback");
  return parameters;
}

/** Writes the address to return to in full, and drops one that isn't the portal's own: next-auth answers others with 500. */
function ownCallbackOnly(parameters: URLSearchParams): URLSearchParams {
  const { portalUrl } = getEnv();
  const wanted = parameters.get("callbackUrl");
  if (wanted === null) return parameters;
  const address = URL.parse(wanted, portalUrl);
  if (address?.origin === new URL(portalUrl).origin) parameters.set("callbackUrl", address.href);
  else parameters.delete("callbackUrl");
  return parameters;
}

type SignInError = "NotAwaited" | "Callback" | "OAuthCallback" | "OAuthSignin";
const signInPage = (error: SignInError) => `${getEnv().portalUrl}/sign-in?error=${error}`;

/** Leads to the sign-in page, which says what is wrong. `error` is one of the codes that it knows. */
const failed = (error: SignInError) =>
  new Response(null, {
    status: 302,
    headers: { location: signInPage(error), "cache-control": "no-store" },
  });

/** Logs that a sign-in stopped because the directory's addresses aren't known, and returns its answer. */
function unasked(answer: Response): Response {
  getServices().log("auth.error", { code: "DIRECTORY_UNKNOWN" });
  return answer;
}

/**
 * Answers a return from the directory that next-auth must not see, or returns null. For each answer that it can't use, next-auth
 * writes errors with stacks to the log, and everybody can make up such answers.
 */
async function refusedReturn(parameters: URLSearchParams): Promise<Response | null> {
  const { log } = getServices();
  if (!(await awaitsSignIn(parameters.get("state")))) {
    log("auth.warning", { code: "NOT_AWAITED" });
    return failed("NotAwaited");
  }
  const error = parameters.get("error");
  if (error === null) return null;
  const reason = `${cleanText(error, 100)}: ${cleanText(parameters.get("error_description"), 500)}`;
  log("auth.error", { code: "REFUSED_BY_DIRECTORY", reason });
  return failed("Callback");
}

export const GET: Handler = async (request, context) => {
  if (!(await isServed("GET", context))) return plain(404, "There is nothing at this address.");
  const url = new URL(request.url);
  const parameters = ownCallbackOnly(url.searchParams);
  const isReturn = (await context.params).nextauth[0] === "callback";
  const refused = isReturn ? await refusedReturn(parameters) : null;
  if (refused) return refused;
  url.search = knownErrorOnly(parameters).toString();
  const directory = isReturn ? await signInEndpoints() : null;
  if (isReturn && !directory) return unasked(failed("OAuthCallback"));
  return pass(new NextRequest(url, { headers: request.headers }), context, directory);
};

/** Begins a sign-in. Reads the body up to 4 KiB first, because next-auth would read a body of any size. */
export const POST: Handler = async (request, context) => {
  if (!(await isServed("POST", context))) return plain(404, "There is nothing at this address.");
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? ""))
    return plain(415, "The body must be a form.");
  const read = await readLimited(request.body, bodyMaxBytes, bodyTimeoutMs);
  if (!read.ok)
    return read.refusal === "too_large"
      ? plain(413, `The body may have ${bodyMaxBytes} bytes at most.`)
      : plain(408, "The body didn't arrive whole within 5 seconds, so no sign-in began. Try again.");
  const { url, headers } = request;
  const form = ownCallbackOnly(new URLSearchParams(read.bytes.toString("utf8")));
  const directory = await signInEndpoints();
  if (!directory)
    // the page's scripts ask for the address in JSON
    return unasked(
      form.get("json") === "true"
        ? Response.json({ url: signInPage("OAuthSignin") }, { headers: { "cache-control": "no-store" } })
        : failed("OAuthSignin"),
    );
  return pass(new NextRequest(url, { method: "POST", headers, body: form.toString() }), context, directory);
};
