import { TemplateFault } from "./expressions.ts";

export type PostResponse = { statusCode: number; retryAfterMs: number; hasLocation: boolean; body: unknown };

const loopback = ["localhost", "127.0.0.1", "[::1]"];
/** the time limit of Logic Apps for one request */
const timeoutMs = 120_000;
const bodyCharsMax = 65_536;

/**
 * Makes one attempt of an Http action. Redirects aren't followed, because the secret would go along. Throws TemplateFault
 * if the address is neither https nor on this machine. If no response comes, throws the error of `fetch`.
 */
export async function post(inputs: Record<string, unknown>, signal: AbortSignal): Promise<PostResponse> {
  const url = addressOf(String(inputs.uri));
  const response = await fetch(url, {
    method: String(inputs.method),
    headers: (inputs.headers ?? {}) as Record<string, string>,
    body: typeof inputs.body === "string" ? inputs.body : JSON.stringify(inputs.body),
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const text = (await response.text()).slice(0, bodyCharsMax);
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  return {
    statusCode: response.status,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0,
    hasLocation: response.headers.has("location"),
    body: asJson(text),
  };
}

function addressOf(uri: string): URL {
  if (!URL.canParse(uri)) throw new TemplateFault("The action's uri isn't a valid address.");
  const url = new URL(uri);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.includes(url.hostname)))
    throw new TemplateFault("The action's uri must be https, or on this machine.");
  return url;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // a response that isn't JSON is shown as text
    return text;
  }
}
