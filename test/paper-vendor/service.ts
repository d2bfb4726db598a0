import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A slip as the ledger holds it. `edited` is its place in the order of changes, which cursors go by. */
export type Slip = {
  drawer: string;
  number: string;
  headline: string;
  text: string;
  kind: string;
  weight: string;
  state: string;
  finding: string;
  holder: string;
  host: string;
  written: string;
  page: string;
  remarks: string[];
  edited: number;
};
/**
 * How the ledger misbehaves: an answer of that status, one that is no JSON, half of one, none at all, a change that it
 * only says it took (`deaf`), or one that it took and says it didn't (`late`).
 */
export type PaperFault = number | "garbage" | "truncated" | "silence" | "deaf" | "late";
type Call = { at: number; method: string; path: string; status: number };

export const paperKeys = {
  write: "pk_CANARY-may-write-0001",
  read: "pk_CANARY-may-only-read-0002",
};
/** calls of a key within a minute */
const limit = 10;

/** The ledger: a small service that stands in for a second vendor. It imports nothing of the product. */
export async function startPaperService({ port = 0, pageSize = 3, limited = true } = {}) {
  const slips = new Map<string, Slip>();
  const calls: Call[] = [];
  let edits = 0;
  let fault: { kind: PaperFault; on: string; times: number } | null = null;
  const keyOf = (drawer: string, number: string) => `${drawer}|${number}`.toLowerCase();

  const put = (slip: Partial<Slip> & { drawer: string; number: string }): Slip => {
    const held = slips.get(keyOf(slip.drawer, slip.number));
    const whole: Slip = {
      headline: "A stranger at the door",
      text: "Nobody knows who it was.",
      kind: "stranger",
      weight: "red",
      state: "open",
      finding: "",
      holder: "",
      host: "door-1",
      written: new Date().toISOString(),
      page: `https://desk.ledger.example/slips/${slip.number}`,
      remarks: [],
      ...held,
      ...slip,
      edited: ++edits,
    };
    slips.set(keyOf(slip.drawer, slip.number), whole);
    return whole;
  };

  const drawerOf = (drawer: string, key: string) => ({
    name: `Drawer ${drawer}`,
    rights: key === paperKeys.write ? ["read", "write"] : ["read"],
  });
  const list = (drawer: string, after: number, key: string) => {
    const behind = [...slips.values()]
      .filter((slip) => slip.drawer === drawer && slip.edited > after)
      .toSorted((one, other) => one.edited - other.edited);
    const page = behind.slice(0, pageSize);
    const cursor = page.at(-1)?.edited ?? after;
    const looked = new Date().toISOString();
    return {
      drawer: drawerOf(drawer, key),
      slips: page.map((slip) => ({ ...slip, looked })),
      cursor: `at-${cursor}`,
      more: behind.length > page.length,
    };
  };

  const isOverLimit = () =>
    limited && calls.filter(({ at, status }) => status !== 429 && Date.now() - at < 60_000).length >= limit;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const method = request.method ?? "GET";
    if (url.pathname === "/control/slips" && method === "GET")
      return { status: 200, body: [...slips.values()] };
    if (url.pathname === "/control/slips") {
      return { status: 200, body: put((await jsonOf(request)) as Slip) };
    }
    const key = String(request.headers["x-api-key"] ?? "");
    if (!Object.values(paperKeys).includes(key)) return { status: 401, body: { error: "KEY" } };
    if (isOverLimit()) return { status: 429, body: { error: "SLOW" } };
    const [, drawers, drawer = "", of, number] = url.pathname.split("/").map(decodeURIComponent);
    if (drawers !== "drawers" || of !== "slips" || drawer.startsWith("no/"))
      return { status: 404, body: { error: "NONE" } };
    if (number === undefined) {
      const after = Number(/^at-(\d+)$/.exec(url.searchParams.get("after") ?? "at-0")?.[1] ?? Number.NaN);
      if (Number.isNaN(after)) return { status: 400, body: { error: "CURSOR" } };
      return { status: 200, body: list(drawer, after, key) };
    }
    const slip = slips.get(keyOf(drawer, number));
    if (!slip) return { status: 404, body: { error: "NONE" } };
    if (method === "GET") return { status: 200, body: { ...slip, looked: new Date().toISOString() } };
    if (key !== paperKeys.write) return { status: 403, body: { error: "READ_ONLY" } };
    const { remark, ...change } = (await jsonOf(request)) as Partial<Slip> & { remark?: string };
    if (change.state !== undefined && !["open", "working", "closed"].includes(change.state))
      return { status: 400, body: { error: "STATE" } };
    if (fault?.kind === "deaf") return { status: 200, body: slip };
    const remarks = remark ? [...slip.remarks, remark] : slip.remarks;
    return { status: 200, body: put({ ...slip, ...change, remarks }) };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const call = { at: Date.now(), method: request.method ?? "GET", path, status: 0 };
    const isControl = path.startsWith("/control/");
    if (!isControl) calls.push(call);
    const armed = !isControl && fault && fault.times > 0 && `${call.method} ${path}`.includes(fault.on);
    if (armed && fault) fault.times--;
    if (armed && fault?.kind === "silence") return;
    let { status, body } =
      armed && typeof fault?.kind === "number"
        ? { status: fault.kind, body: { error: "FAULT" } as unknown }
        : await answer(request);
    // it was done, and nobody is told
    if (armed && fault?.kind === "late") [status, body] = [503, { error: "LATE" }];
    call.status = status;
    response.writeHead(status, {
      "content-type": "application/json",
      "x-request-id": `paper-${calls.length}`,
      ...(status === 429 ? { "retry-after": "7" } : {}),
    });
    if (armed && fault?.kind === "truncated") {
      response.write('{"slips":[{"num');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    response.end(armed && fault?.kind === "garbage" ? "<html>Sign in</html>" : JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    calls,
    put,
    slip: (drawer: string, number: string) => slips.get(keyOf(drawer, number)),
    slips: () => [...slips.values()],
    remove: (drawer: string, number: string) => slips.delete(keyOf(drawer, number)),
    /** Answers requests whose method and path hold `on` so, `times` times; null mends it. */
    fail: (kind: PaperFault | null, on = "/", times = 1_000) => {
      fault = kind === null ? null : { kind, on, times };
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
