import { rootCause } from "#db/connection-problem.ts";
import { putDelivery } from "#db/queries/ingest/inbox.ts";
import { cleanText } from "#lib/domain/text.ts";
import { newId } from "#lib/platform/ids.ts";
import { readLimited } from "#lib/platform/limited-body.ts";
import type { Services } from "#lib/core/context.ts";
import { sealBody } from "./body.ts";
import { findWebhookToken } from "./find-token.ts";
import { essenceOf, isJsonType, readDeliveryBody } from "./read-body.ts";
import { readBody } from "./read-in-time.ts";
import { countRefusal } from "./refusals.ts";

/** the largest body that is accepted: 1 MiB */
const bodyMaxBytes = 1_048_576;
const bodyTimeoutMs = 10_000;
const beginningTimeoutMs = 1_000;
const storeTimeoutMs = 4_500;
const alertsMax = 500;
/** the maximum number of deliveries that one process stores at the same time; further ones get 503 */
const underWayMax = 500;
/** how many bytes of a refused body are stored, for an admin to see */
const refusedBodyBytes = 65_536;
const retryAfterSeconds = 10;

/** The headers of a request; names are lower-case. */
type Head = { get(name: string): string | null };
/** A request to the webhook, in the form that the web's route and the receiver program share. */
type WebhookRequest = {
  webhook: string;
  token: string;
  headers: Head;
  body: AsyncIterable<Uint8Array> | null;
};
/**
 * The answer to a request to the webhook: an HTTP status and a sentence, which the vendor shows in its record of the request.
 */
export type WebhookAnswer = { status: number; sentence: string; retryAfterSeconds?: number };

const notFound: WebhookAnswer = { status: 404, sentence: "There is no webhook at this address." };
const full: WebhookAnswer = {
  status: 503,
  sentence: "Nothing was stored: the portal can't take it at the moment. Send it again.",
  retryAfterSeconds,
};
const unconfirmed: WebhookAnswer = {
  status: 503,
  sentence:
    "It isn't known whether this was stored: the portal's database gave no answer. Send it again; an alert that comes twice is stored once.",
  retryAfterSeconds,
};

/** Thrown if a delivery may have been stored or not. */
class Unconfirmed extends Error {}

/** the maximum number of one organisation's deliveries that one process stores at the same time */
const underWayPerOrganisationMax = 200;

/** how many of them may still be waiting for their body */
const readingMax = 120;

let underWay = 0;
const underWayOf = new Map<string, number>();
/** the number of queries that the database hasn't answered, including queries that have timed out */
let unanswered = 0;

/**
 * Receives one delivery: checks its token and form, then stores it with one INSERT. A worker merges it later. The
 * status 200 means that the delivery is on disk. Never throws; any failure becomes a 503, so that the vendor sends
 * again.
 */
export async function receiveDelivery(
  services: Services,
  postToWebhook: WebhookRequest,
): Promise<WebhookAnswer> {
  if (underWay >= underWayMax || unanswered >= underWayMax) return full;
  underWay++;
  try {
    return await checkToken(services, postToWebhook);
  } catch (error) {
    services.log("delivery.not_stored", { error });
    return error instanceof Unconfirmed ? unconfirmed : full;
  } finally {
    underWay--;
  }
}

async function checkToken(
  services: Services,
  { webhook, token, headers, body }: WebhookRequest,
): Promise<WebhookAnswer> {
  const found = await inTime(findWebhookToken(services, token));
  if ("unknown" in found || found.webhook !== webhook) {
    countRefusal(services, "unknown" in found ? found.unknown : found.tokenId);
    return notFound;
  }
  const count = underWayOf.get(found.organisationId) ?? 0;
  if (count >= underWayPerOrganisationMax) return full;
  underWayOf.set(found.organisationId, count + 1);
  try {
    return await storeFrom(services, found, { webhook, headers, body });
  } finally {
    const left = (underWayOf.get(found.organisationId) ?? 1) - 1;
    if (left > 0) underWayOf.set(found.organisationId, left);
    else underWayOf.delete(found.organisationId);
  }
}

/** Reads the body of a delivery whose token is valid, and stores the delivery. */
async function storeFrom(
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
        body: sealBody(services, organisationId, id, refused ? bytes.subarray(0, refusedBodyBytes) : bytes),
        refused,
      }),
    ).catch((cause: unknown) => {
      throw isRefusal(cause) ? cause : new Unconfirmed("the delivery may be stored", { cause });
    });
    services.hints.publish("deliveries", organisationId);
    return id;
  };
  const refuse = async (status: number, reason: string, bytes: Uint8Array = Buffer.alloc(0)) => {
    const id = await store(bytes, reason);
    return { status, sentence: `Not accepted: ${reason} An admin finds it under Deliveries as ${id}.` };
  };
  const outer = outerProblem(headers);
  if (outer) {
    // only the beginning is read, so that an admin can recognise the delivery
    const beginning = await readLimited(body, refusedBodyBytes, beginningTimeoutMs);
    return refuse(outer.status, outer.reason, beginning.bytes);
  }
  const read = await readBody(organisationId, body, {
    maxBytes: bodyMaxBytes,
    timeoutMs: bodyTimeoutMs,
    concurrency: readingMax,
  });
  if (!read) return full;
  if (!read.ok)
    return refuse(read.refusal === "too_large" ? 413 : 408, refusalReason[read.refusal], read.bytes);
  const contentType = headers.get("content-type");
  const json = readDeliveryBody(read.bytes, contentType);
  if (!json.ok) {
    const isJson = isJsonType(essenceOf(contentType));
    return isJson
      ? refuse(400, json.reason, read.bytes)
      : refuse(415, `${json.reason} ${typeReason(contentType)}`, read.bytes);
  }
  if (Array.isArray(json.value) && json.value.length > alertsMax)
    return refuse(413, `The list holds more than ${alertsMax} alerts; send fewer at a time.`, read.bytes);
  return { status: 200, sentence: `stored, delivery ${await store(read.bytes, null)}` };
}

/** Whether PostgreSQL said that it stored nothing. Without its answer, or when it was stopped meanwhile, it may have stored. */
const isRefusal = (error: unknown): boolean => /^(?!57P)[0-9A-Z]{5}$/.test(rootCause(error).code);

const refusalReason = {
  too_large: "The body is larger than 1 MiB.",
  too_slow: "The body didn't arrive within 10 seconds.",
  broken_off: "The body broke off.",
};

const typeReason = (contentType: string | null) =>
  `Its content type is ${cleanText(essenceOf(contentType), 80)}, not application/json.`;

/** Returns the problem that a request's headers reveal before the body is read. Returns null if there is none. */
function outerProblem(headers: Head): { status: number; reason: string } | null {
  const encoding = headers.get("content-encoding");
  if (encoding && encoding.toLowerCase() !== "identity")
    return { status: 415, reason: `The body is compressed (${cleanText(encoding, 80)}); send it as it is.` };
  if (Number(headers.get("content-length") ?? 0) > bodyMaxBytes)
    return { status: 413, reason: refusalReason.too_large };
  return null;
}

/** the headers that are stored with a delivery, because they identify the vendor's run; none is secret */
const keptHeaderNames = [
  "content-type",
  "user-agent",
  "x-ms-workflow-name",
  "x-ms-workflow-run-id",
  "x-ms-workflow-resourcegroup-name",
  "x-ms-client-tracking-id",
];
function keptHeaders(headers: Head): Record<string, string> {
  const found = keptHeaderNames.flatMap((name) => {
    const value = headers.get(name);
    return value ? [[name, cleanText(value, 200)]] : [];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** Returns the result of a query. Throws after 4.5 s, so that the webhook can answer 503 before the sender gives up. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  unanswered++;
  const answered = () => {
    unanswered--;
  };
  work.then(answered, answered);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("the database took longer than 4.5 s")), storeTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
