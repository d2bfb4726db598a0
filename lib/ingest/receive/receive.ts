import { putDelivery } from "#db/queries/ingest/inbox.ts";
import { cleanText } from "#lib/domain/text.ts";
import { newId } from "#lib/platform/ids.ts";
import { readJsonBody } from "#lib/platform/json-body.ts";
import { readLimited } from "#lib/platform/limited-body.ts";
import type { Services } from "#lib/core/context.ts";
import { sealBody } from "./body.ts";
import { findWebhookToken } from "./find-token.ts";
import { countRefusal } from "./refusals.ts";

/** 1 MiB: what one delivery may weigh. */
const bodyMaxBytes = 1_048_576;
const bodyTimeoutMs = 10_000;
const beginningTimeoutMs = 1_000;
const storeTimeoutMs = 4_500;
const alertsMax = 500;
/** deliveries of one process that may be on their way to the store at once: what is over waits outside */
const underWayMax = 500;
/** of a body that wasn't read, this much is kept for the admin to see */
const keptOfUnread = 65_536;
const seconds = 10;

/** A request's headers, by their lower-case names. */
type Head = { get(name: string): string | null };
/** A request as the door sees it. */
type WebhookRequest = {
  webhook: string;
  token: string;
  headers: Head;
  body: AsyncIterable<Uint8Array> | null;
};
/** What the door answers: a status and one sentence, which a Logic App's run history shows. */
export type WebhookAnswer = { status: number; sentence: string; retryAfterSeconds?: number };

const notFound: WebhookAnswer = { status: 404, sentence: "There is no webhook at this address." };
const full: WebhookAnswer = {
  status: 503,
  sentence: "Nothing was stored: the portal can't take it at the moment. Send it again.",
  retryAfterSeconds: seconds,
};

/** of those, one organisation's: nobody's slow senders keep others out */
const underWayOfOneMax = 200;

let underWay = 0;
const underWayOf = new Map<string, number>();
/** asked of the store and not answered, also after we stopped waiting: nothing piles up behind one that hangs */
let unanswered = 0;

/**
 * Takes one delivery in: the token, the outer form, then one INSERT; what it means is the worker's question. 200
 * says that it is on disk. Never throws: what goes wrong here may go well when it is sent again, so it is 503.
 */
export async function receiveDelivery(
  services: Services,
  postToWebhook: WebhookRequest,
): Promise<WebhookAnswer> {
  if (underWay >= underWayMax || unanswered >= underWayMax) return full;
  underWay++;
  try {
    return await take(services, postToWebhook);
  } catch (error) {
    services.log("delivery.not_stored", { error });
    return full;
  } finally {
    underWay--;
  }
}

async function take(
  services: Services,
  { webhook, token, headers, body }: WebhookRequest,
): Promise<WebhookAnswer> {
  const found = await inTime(findWebhookToken(services, token));
  if ("unknown" in found || found.webhook !== webhook) {
    countRefusal(services, "unknown" in found ? found.unknown : found.tokenId);
    return notFound;
  }
  const ofOne = underWayOf.get(found.organisationId) ?? 0;
  if (ofOne >= underWayOfOneMax) return full;
  underWayOf.set(found.organisationId, ofOne + 1);
  try {
    return await takeFrom(services, found, { webhook, headers, body });
  } finally {
    const left = (underWayOf.get(found.organisationId) ?? 1) - 1;
    if (left > 0) underWayOf.set(found.organisationId, left);
    else underWayOf.delete(found.organisationId);
  }
}

/** A delivery with a good token. */
async function takeFrom(
  services: Services,
  { organisationId, tokenId }: { organisationId: string; tokenId: string },
  { webhook, headers, body }: Omit<WebhookRequest, "token">,
): Promise<WebhookAnswer> {
  const store = async (bytes: Uint8Array, refused: string | null) => {
    const id = newId();
    await inTime(
      putDelivery(services.db, {
        id,
        organisationId,
        webhook,
        tokenId,
        receivedAt: services.now(),
        sizeBytes: bytes.byteLength,
        headers: keptHeaders(headers),
        body: sealBody(services, organisationId, id, refused ? bytes.subarray(0, keptOfUnread) : bytes),
        refused,
      }),
    );
    services.hints.publish("deliveries", organisationId);
    return id;
  };
  const refuse = async (status: number, reason: string, bytes: Uint8Array = Buffer.alloc(0)) => {
    const id = await store(bytes, reason);
    return { status, sentence: `Not accepted: ${reason} An admin finds it under Deliveries as ${id}.` };
  };
  const outer = outerProblem(headers);
  if (outer) {
    // not to be read, but for what shows an admin which one it was
    const beginning = await readLimited(body, keptOfUnread, beginningTimeoutMs);
    return refuse(outer.status, outer.reason, beginning.bytes);
  }
  const read = await readLimited(body, bodyMaxBytes, bodyTimeoutMs);
  if (!read.ok)
    return refuse(read.refusal === "too_large" ? 413 : 408, refusalReason[read.refusal], read.bytes);
  const json = readJsonBody(read.bytes);
  if (!json.ok) return refuse(400, json.reason, read.bytes);
  if (Array.isArray(json.value) && json.value.length > alertsMax)
    return refuse(413, `The list holds more than ${alertsMax} alerts; send fewer at a time.`, read.bytes);
  return { status: 200, sentence: `stored, delivery ${await store(read.bytes, null)}` };
}

const refusalReason = {
  too_large: "The body is larger than 1 MiB.",
  too_slow: "The body didn't arrive within 10 seconds.",
  broken_off: "The body broke off.",
};

/** What the head of a request already tells. */
function outerProblem(headers: Head): { status: number; reason: string } | null {
  const type = (headers.get("content-type") ?? "application/json").toLowerCase();
  const [essence = "", ...parameters] = type.split(";").map((part) => part.trim());
  if (essence !== "application/json" && !/^[a-z]+\/[a-z0-9.+-]+\+json$/.test(essence))
    return { status: 415, reason: `The content type is ${cleanText(essence, 80)}, not application/json.` };
  const charset = parameters
    .find((part) => part.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  if (charset && charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii")
    return { status: 415, reason: `The character set is ${cleanText(charset, 80)}, not UTF-8.` };
  const encoding = headers.get("content-encoding");
  if (encoding && encoding.toLowerCase() !== "identity")
    return { status: 415, reason: `The body is compressed (${cleanText(encoding, 80)}); send it as it is.` };
  if (Number(headers.get("content-length") ?? 0) > bodyMaxBytes)
    return { status: 413, reason: refusalReason.too_large };
  return null;
}

/** What of a request's head helps to find the run that sent it; nothing secret is among it. */
const kept = [
  "content-type",
  "user-agent",
  "x-ms-workflow-name",
  "x-ms-workflow-run-id",
  "x-ms-workflow-resourcegroup-name",
  "x-ms-client-tracking-id",
];
function keptHeaders(headers: Head): Record<string, string> {
  const found = kept.flatMap((name) => {
    const value = headers.get(name);
    return value ? [[name, cleanText(value, 200)]] : [];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** The store's answer, or an error in time for the caller to be told to come again. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  unanswered++;
  const answered = () => {
    unanswered--;
  };
  work.then(answered, answered);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("the store took longer than 4.5 s")), storeTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
