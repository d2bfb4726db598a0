import { describe, expect, it } from "vitest";
import { isActivity } from "./activity.ts";

const asked = (method: string, headers: Record<string, string> = {}, isHandler = false) =>
  isActivity({ method, headers: new Headers(headers), isHandler });

describe("a request counts as activity if the person made it", () => {
  it.each<[string, boolean]>([
    ["opening a page", asked("GET", { "sec-fetch-dest": "document", accept: "text/html" })],
    [
      "opening a page that the service worker fetches",
      asked("GET", { "sec-fetch-dest": "empty", "sec-fetch-mode": "navigate", accept: "text/html" }),
    ],
    ["opening a page over plain HTTP", asked("GET", { accept: "text/html,application/xhtml+xml" })],
    ["calling an action", asked("POST", { "next-action": "x", "sec-fetch-dest": "empty" })],
    ["sending a form without scripts", asked("POST", { "sec-fetch-dest": "document" })],
    ["writing at a route handler", asked("POST", { "sec-fetch-dest": "empty" }, true)],
    ["deleting at a route handler", asked("DELETE", {}, true)],
  ])("%s does", (_, counts) => expect(counts).toBe(true));

  it.each<[string, boolean]>([
    [
      "a reread by the router",
      asked("GET", { rsc: "1", "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" }),
    ],
    ["a reread by the router over plain HTTP", asked("GET", { rsc: "1", accept: "*/*" })],
    ["a reread that claims to want HTML", asked("GET", { rsc: "1", accept: "text/html" })],
    ["a prefetch of the router", asked("GET", { rsc: "1", "next-router-prefetch": "1" })],
    [
      "a prefetch of the browser",
      asked("GET", { "sec-purpose": "prefetch;prerender", "sec-fetch-dest": "document" }),
    ],
    ["a frame", asked("GET", { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate" })],
    ["an image", asked("GET", { "sec-fetch-dest": "image" })],
    ["a script's read of a page", asked("GET", { "sec-fetch-dest": "empty", accept: "*/*" })],
    ["a read of a route handler", asked("GET", { "sec-fetch-dest": "empty" }, true)],
    ["the stream", asked("GET", { accept: "text/event-stream" }, true)],
    ["a route handler opened as a page", asked("GET", { "sec-fetch-dest": "document" }, true)],
    ["a HEAD of a route handler", asked("HEAD", { accept: "text/html" }, true)],
    ["a request that says nothing", asked("GET")],
  ])("%s doesn't", (_, counts) => expect(counts).toBe(false));
});
