import type { Json } from "#lib/domain/detection.ts";
import { shownText } from "#lib/domain/text.ts";
import { readJsonBody, utf8Of } from "#lib/platform/json-body.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { numbered, parseJsonText } from "./body.ts";
import { topLevel } from "./webhook-shape.ts";

/** how many wrappers may stand around an alert, one inside the other; a list within a list counts as one */
const wrappersMax = 4;

/** how many values may be looked at in one delivery, so that a delivery of many small wrappers can't hold a worker up */
const looksMax = 5_000;

/** how many keys of one object may be looked at */
const keysMax = 100;

/**
 * The keys under which Logic Apps, Event Hubs, Azure Functions and other senders put an alert. If an object has several of
 * them, the first one that holds something recognised counts. Under any other key only an alert or a heartbeat counts.
 */
const wrapperKeys = [
  ...["$content", "ContentData", "data_base64", "bytes", "MessageText", "QueueMessagesList", "QueueMessage"],
  ...["$multipart", "body", "rawBody", "outputs", "value", "records", "alert", "alerts", "SecurityAlert"],
  ...["data", "event", "events", "item", "items", "payload", "message", "messages", "content", "result"],
  ...["results", "req", "request", "inputs", "properties"],
];

/** One wrapper that was removed: its key, as the body spells it, and how the value under the key was written. */
type Step = {
  key: string;
  index: number | null;
  encoding: "json" | "base64" | "bytes" | null;
  isOutputs: boolean;
};

/** A value found in a body, the path to it, such as "body.value[0]", and the wrappers around it; "" if nothing was removed. */
export type Unwrapped = { value: Json; within: string; steps: readonly Step[] };

/** What counts as found: anything recognised under a key for alerts, and an alert or a heartbeat under any other. */
export type Recognised = { any(value: Json): boolean; alert(value: Json): boolean };

type Search = { is: Recognised; readonly limit: number; looks: number };

/**
 * Removes up to four wrappers from a delivery's body and returns the values inside, at most `limit` + 1. A wrapper is removed
 * only if something inside is recognised. The elements of a list count as they stand. Pure and total.
 */
export function unwrap(body: Json, is: Recognised, limit: number): Unwrapped[] {
  const elements = Array.isArray(body) ? body : [body];
  const search = { is, limit, looks: looksMax };
  return elements
    .slice(0, limit + 1)
    .flatMap((value) => inside({ value, within: "", steps: [] }, wrappersMax, search))
    .slice(0, limit + 1);
}

function inside(found: Unwrapped, levels: number, search: Search): Unwrapped[] {
  if (search.looks-- <= 0) return [found];
  const value = typeof found.value === "string" ? (contentOf(found.value)?.content ?? null) : found.value;
  if (value === null || typeof value !== "object") return [found];
  if (search.is.any(value) || levels === 0) return [{ ...found, value }];
  const list = Array.isArray(value) ? value : numbered(value);
  if (list) {
    const within = (index: number) => `${found.within}[${index}]`;
    return list
      .slice(0, search.limit + 1)
      .flatMap((element, index) =>
        inside({ ...found, value: element, within: within(index) }, levels - 1, search),
      );
  }
  const object = objectOf(value);
  const top = topLevel(object);
  const known = wrapperKeys.flatMap((name) => top.key(name) ?? []);
  for (const key of known) {
    const values = under(found, object, key, levels, search);
    if (values.some((inner) => search.is.any(inner.value))) return values;
  }
  const others = Object.keys(object).filter((key) => !known.includes(key));
  const values = others
    .slice(0, keysMax)
    .map((key) => under(found, object, key, levels, search))
    .filter((each) => each.some((inner) => search.is.alert(inner.value)))
    .flat();
  return values.length > 0 ? values : [{ ...found, value }];
}

/** Returns what is found under one key of an object; nothing if the key holds neither an object, a list nor JSON in a text. */
function under(
  found: Unwrapped,
  object: JsonObject,
  key: string,
  levels: number,
  search: Search,
): Unwrapped[] {
  const held = contentOf(object[key]);
  if (held === null) return [];
  const { content, encoding } = held;
  const path = found.within ? `${found.within}.${key}` : key;
  const isOutputs = found.steps.every((step) => step.isOutputs) && isOfTrigger(object, key);
  const elements: [Json, number | null][] = Array.isArray(content)
    ? content.map((element, index) => [element, index])
    : [[content, null]];
  return elements.slice(0, search.limit + 1).flatMap(([value, index]) => {
    const within = index === null ? path : `${path}[${index}]`;
    const steps = [...found.steps, { key, index, encoding, isOutputs }];
    return inside({ value, within, steps }, levels - 1, search);
  });
}

/** The keys that stand beside the body in the outputs of a Logic App's trigger. */
const besideBody = /^(?:headers|statusCode|queries|query|relativePathParameters|method|url|params)$/i;

/** Whether an object is a Logic App's trigger or its outputs, so that `triggerBody()` is what stands under the key. */
const isOfTrigger = (object: JsonObject, key: string) =>
  (/^outputs$/i.test(key) && topLevel(objectOf(object[key])).key("body") !== null) ||
  (/^body$/i.test(key) && Object.keys(object).every((other) => other === key || besideBody.test(other)));

/** a text that may be base64 of a JSON object */
const base64 = /^[A-Za-z0-9+/_-][A-Za-z0-9+/_=\r\n-]{15,}$/;

type Content = { content: JsonObject | Json[]; encoding: Step["encoding"] };

/** Returns the object or list that a value is, or holds as JSON text, in base64 or as bytes. Returns null for anything else. */
function contentOf(value: Json | undefined): Content | null {
  if (Array.isArray(value) && isBytes(value)) return decoded(Buffer.from(value), "bytes");
  if (value !== null && typeof value === "object") return { content: value, encoding: null };
  if (typeof value !== "string") return null;
  const plain = parseJsonText(value);
  if (plain) return { content: plain, encoding: "json" };
  const text = value.trim();
  return base64.test(text) ? decoded(Buffer.from(text, "base64"), "base64") : null;
}

const isBytes = (list: readonly Json[]): list is number[] =>
  list.length > 1 &&
  list.every((each) => typeof each === "number" && Number.isInteger(each) && each >= 0 && each < 256);

function decoded(bytes: Uint8Array, encoding: "base64" | "bytes"): Content | null {
  const body = readJsonBody(utf8Of(bytes) ?? bytes);
  return body.ok ? { content: body.value as JsonObject | Json[], encoding } : null;
}

/** Returns a sentence on the wrappers that were removed, or null if there was none. */
export function wrapperNote(values: readonly Unwrapped[]): string | null {
  const steps = values.find((found) => found.steps.length > 0)?.steps;
  const [first] = steps ?? [];
  if (!steps || !first) return null;
  return `The alert was wrapped in ${sketchOf(first.key)} and was unwrapped. ${adviceOn(steps)}`;
}

/** Returns the reason why a body is no alert if it looks like a wrapper of something unknown; otherwise null. */
export function wrapperReason(value: Json): string | null {
  const top = topLevel(objectOf(value));
  const key = wrapperKeys.flatMap((name) => top.key(name) ?? [])[0];
  if (key === undefined) return null;
  const isList = Array.isArray(top.body[key]);
  const isOutputs = isOfTrigger(top.body, key);
  const steps: Step[] = [{ key, index: isList ? 0 : null, encoding: null, isOutputs }];
  return `It looks like ${sketchOf(key)}, with no alert inside that can be read. ${adviceOn(steps)}`;
}

const sketchOf = (key: string) => `{"${shownText(key, 40)}": …}`;

/** Returns how a Logic App that has the body posts the alert inside these wrappers, with the expressions to use. */
function adviceOn(steps: readonly Step[]): string {
  let expression = "triggerBody()";
  let list: string | null = null;
  for (const { key, index, encoding, isOutputs } of steps) {
    if (!isOutputs) expression += `?['${shownText(key, 40).replaceAll("'", "''")}']`;
    if (encoding === "base64") expression = `json(base64ToString(${expression}))`;
    if (encoding === "json") expression = `json(${expression})`;
    if (index === null) continue;
    list ??= expression;
    expression = "items('For_each')";
  }
  return list === null
    ? `Have the Logic App post the alert itself: use @${expression} as the body of its HTTP action.`
    : `Have the Logic App post each alert by itself: in a For each over @${list}, use @${expression} as the body of its HTTP action.`;
}
