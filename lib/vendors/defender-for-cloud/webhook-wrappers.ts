import type { Json } from "#lib/domain/detection.ts";
import { readJsonBody, utf8Of } from "#lib/platform/json-body.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { parseJsonText } from "./body.ts";
import { topLevel } from "./webhook-shape.ts";

/** how many wrappers may stand around an alert, one inside the other; a body in base64 doesn't count within another */
const wrappersMax = 2;

/** how many values may be looked at in one delivery, so that a delivery of many small wrappers can't hold a worker up */
const looksMax = 10_000;

type Wrapper = {
  key: string;
  /** whether the value is JSON text in base64 */
  isBase64?: boolean;
  /** the key within the value that holds the alerts, if they always stand under it */
  inner?: string;
  /** the expression with which a Logic App posts the alert without the wrapper */
  expression: string;
};

/**
 * The keys under which Logic Apps, Event Hubs and other senders put an alert. If a body has several of them, the first one
 * that holds something recognised counts.
 */
const wrappers: readonly Wrapper[] = [
  { key: "$content", isBase64: true, expression: "@json(base64ToString(triggerBody()?['$content']))" },
  {
    key: "ContentData",
    isBase64: true,
    expression: "@json(base64ToString(items('For_each')?['ContentData']))",
  },
  {
    key: "data_base64",
    isBase64: true,
    expression: "@json(base64ToString(triggerBody()?['data_base64']))",
  },
  { key: "bytes", isBase64: true, expression: "@json(base64ToString(triggerBody()?['Body']?['bytes']))" },
  {
    key: "MessageText",
    isBase64: true,
    expression: "@json(base64ToString(items('For_each')?['MessageText']))",
  },
  {
    key: "QueueMessagesList",
    inner: "QueueMessage",
    expression: "@json(base64ToString(items('For_each')?['MessageText']))",
  },
  { key: "QueueMessage", expression: "@json(base64ToString(items('For_each')?['MessageText']))" },
  {
    key: "$multipart",
    expression: "@json(base64ToString(triggerBody()?['$multipart'][0]?['body']?['$content']))",
  },
  { key: "body", expression: "@triggerBody()" },
  { key: "outputs", expression: "@triggerBody()" },
  { key: "value", expression: "@items('For_each')" },
  { key: "records", expression: "@items('For_each')" },
  ...[
    ...["alert", "alerts", "SecurityAlert", "data", "event", "events", "item", "items", "payload", "message"],
    ...["messages", "content", "result", "results", "req", "request", "inputs", "properties"],
  ].map((key) => ({ key, expression: `@triggerBody()?['${key}']` })),
];

/** A value found in a body, and the path to it, such as "body.value[0]"; "" if nothing was removed. */
export type Unwrapped = { value: Json; within: string; wrapper: Wrapper | null };

/**
 * Removes up to two wrappers from a delivery's body and returns the values inside, at most `limit` + 1. A wrapper is removed
 * only if `isKnown` recognises something inside. The elements of a list count as they stand. Pure and total.
 */
export function unwrap(body: Json, isKnown: (value: Json) => boolean, limit: number): Unwrapped[] {
  const elements = Array.isArray(body) ? body : [body];
  const budget = { limit, looks: looksMax };
  return elements
    .slice(0, limit + 1)
    .flatMap((value) => inside({ value, within: "", wrapper: null }, isKnown, wrappersMax, budget))
    .slice(0, limit + 1);
}

function inside(
  found: Unwrapped,
  isKnown: (value: Json) => boolean,
  levels: number,
  budget: { readonly limit: number; looks: number },
): Unwrapped[] {
  const { limit } = budget;
  if (budget.looks-- <= 0) return [found];
  const value =
    typeof found.value === "string" ? (contentOf(found.value, false) ?? found.value) : found.value;
  if (value !== found.value) return inside({ ...found, value }, isKnown, levels, budget);
  if (value === null || typeof value !== "object" || isKnown(value)) return [found];
  if (Array.isArray(value)) {
    if (levels === 0) return [found];
    const within = (index: number) => `${found.within}[${index}]`;
    return value
      .slice(0, limit + 1)
      .flatMap((element, index) =>
        inside({ ...found, value: element, within: within(index) }, isKnown, levels - 1, budget),
      );
  }
  const top = topLevel(value);
  for (const wrapper of wrappers) {
    const key = top.key(wrapper.key);
    if (key === null) continue;
    const held = heldIn(top.value(key), wrapper);
    const content = contentOf(held, wrapper.isBase64 ?? false);
    if (content === null) continue;
    // the body of a Logic App or a queue's message in base64 is one wrapper with what it stands in
    const isEncoded =
      /^(?:\$content|MessageText)$/.test(wrapper.key) && found.wrapper !== null && content !== held;
    if (levels === 0 && !isEncoded) continue;
    const within = [found.within, key, wrapper.inner].filter(Boolean).join(".");
    const elements = Array.isArray(content) ? content : [content];
    const values = elements.slice(0, limit + 1).flatMap((element, index) =>
      inside(
        {
          value: element,
          within: Array.isArray(content) ? `${within}[${index}]` : within,
          wrapper: found.wrapper ?? wrapper,
        },
        isKnown,
        isEncoded ? levels : levels - 1,
        budget,
      ),
    );
    if (values.some((inner) => isKnown(inner.value))) return values;
  }
  return [found];
}

const heldIn = (value: Json | undefined, { inner }: Wrapper): Json | undefined =>
  inner ? topLevel(objectOf(value)).value(inner) : value;

/** a text that may be base64 of a JSON object, which begins with one of a few letters */
const base64 = /^[A-Za-z0-9+/_-][A-Za-z0-9+/_=\r\n-]{15,}$/;

/** Returns what a wrapper holds: an object or a list, also as JSON text or in base64. Returns null for anything else. */
function contentOf(value: Json | undefined, isBase64: boolean): JsonObject | Json[] | null {
  if (value !== null && typeof value === "object") return value;
  if (typeof value !== "string") return null;
  const plain = parseJsonText(value);
  if (plain) return plain;
  const text = value.trim();
  if (!isBase64 && !base64.test(text)) return null;
  const decoded = Buffer.from(text, "base64");
  const body = readJsonBody(utf8Of(decoded) ?? decoded);
  return body.ok ? (body.value as JsonObject | Json[]) : null;
}

/** Returns a sentence on the wrappers that were removed, or null if there was none. */
export function wrapperNote(values: readonly Unwrapped[]): string | null {
  const wrapper = values.find((found) => found.wrapper)?.wrapper;
  return wrapper
    ? `The alert was wrapped in ${sketchOf(wrapper)} and was unwrapped. ${adviceOn(wrapper)}`
    : null;
}

/** Returns the reason why a body is no alert if it looks like a wrapper of something unknown; otherwise null. */
export function wrapperReason(value: Json): string | null {
  const top = topLevel(objectOf(value));
  const wrapper = wrappers.find(({ key }) => top.key(key) !== null);
  return wrapper
    ? `It looks like ${sketchOf(wrapper)}, with no alert inside that can be read. ${adviceOn(wrapper)}`
    : null;
}

const sketchOf = ({ key }: Wrapper) => `{"${key}": …}`;
const adviceOn = ({ expression }: Wrapper) =>
  `Have the Logic App post the alert itself: use ${expression} as the body of its HTTP action.`;
