import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Ledger, paperKeys, type Slip, type SlipChange } from "./ledger.ts";

export { paperKeys } from "./ledger.ts";

/**
 * How the paper vendor's API fails. A number is the status of its answer. `garbage`: the answer isn't JSON. `truncated`:
 * half an answer. `silence`: no answer. `deaf`: it confirms a change but doesn't store it. `half`: it stores part of the
 * change. `late`: it stores the change but answers with an error.
 */
type PaperFault = number | "garbage" | "truncated" | "silence" | "deaf" | "half" | "late";
type Call = { at: number; method: string; path: string; status: number };
type Answer = { status: number; body: unknown };

/** the most calls that a key may make within a minute */
const callsPerMinute = 10;

/** Starts the paper vendor's API, a small service that stands in for a second vendor. It imports nothing of the product. */
export async function startPaperService({ port = 0, pageSize = 3, limited = true } = {}) {
  const api = new PaperApi(new Ledger(pageSize), limited);
  const server = createServer((request, response) => {
    api.respond(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    ledger: api.ledger,
    calls: api.calls,
    /**
     * Makes the next `times` matching requests fail. A request matches if its method and path contain `on`. null ends the
     * failures.
     */
    fail: (kind: PaperFault | null, on = "/", times = 1_000) => {
      api.fault = kind === null ? null : { kind, on, times };
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class PaperApi {
  readonly ledger: Ledger;
  readonly calls: Call[] = [];
  fault: { kind: PaperFault; on: string; times: number } | null = null;
  private readonly limited: boolean;

  constructor(ledger: Ledger, limited: boolean) {
    this.ledger = ledger;
    this.limited = limited;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const call = { at: Date.now(), method: request.method ?? "GET", path, status: 0 };
    if (path.startsWith("/control/")) return send(response, await this.control(request), "");
    this.calls.push(call);
    const fault = this.takeFault(`${call.method} ${path}`);
    if (fault === "silence") return;
    const own = typeof fault === "number" ? fault : null;
    const answered = own ? null : await this.answer(request, fault);
    // late: it was done, and nobody is told
    const answer = fault !== "late" && answered ? answered : { status: own ?? 503, body: { error: "FAULT" } };
    call.status = answer.status;
    const requestId = `paper-${this.calls.length}`;
    if (fault === "truncated") {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"slips":[{"num');
      setTimeout(() => response.destroy(), 20);
    } else if (fault === "garbage") {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in to the network</html>");
    } else send(response, answer, requestId);
  }

  private takeFault(request: string): PaperFault | null {
    const { fault } = this;
    if (!fault || fault.times < 1 || !request.includes(fault.on)) return null;
    fault.times--;
    return fault.kind;
  }

  private isOverLimit(): boolean {
    const since = Date.now() - 60_000;
    return (
      this.limited &&
      this.calls.filter(({ at, status }) => at > since && status > 0 && status !== 429).length >=
        callsPerMinute
    );
  }

  private async answer(request: IncomingMessage, fault: PaperFault | null): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const key = String(request.headers["x-api-key"] ?? "");
    if (!Object.values(paperKeys).includes(key)) return { status: 401, body: { error: "KEY" } };
    if (this.isOverLimit()) return { status: 429, body: { error: "SLOW" } };
    const [, drawers, drawer = "", of, number] = url.pathname.split("/").map(decodeURIComponent);
    if (drawers !== "drawers" || of !== "slips" || drawer.startsWith("no/"))
      return { status: 404, body: { error: "NONE" } };
    if (number === undefined) return this.list(drawer, url.searchParams.get("after") ?? "at-0", key);
    const slip = this.ledger.get({ drawer, number });
    if (!slip) return { status: 404, body: { error: "NONE" } };
    const looked = new Date().toISOString();
    if (request.method === "GET") return { status: 200, body: { ...slip, looked } };
    if (key !== paperKeys.write) return { status: 403, body: { error: "READ_ONLY" } };
    const change = (await jsonOf(request)) as SlipChange;
    if (!["open", "working", "closed"].includes(change.state ?? "open"))
      return { status: 400, body: { error: "STATE" } };
    if (fault === "deaf") return { status: 200, body: slip };
    const { state = slip.state } = change;
    return { status: 200, body: this.ledger.change(slip, fault === "half" ? { state } : change) };
  }

  private list(drawer: string, cursor: string, key: string): Answer {
    const after = Number(/^at-(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
    if (Number.isNaN(after)) return { status: 400, body: { error: "CURSOR" } };
    const rights = key === paperKeys.write ? ["read", "write"] : ["read"];
    return {
      status: 200,
      body: { drawer: { name: `Drawer ${drawer}`, rights }, ...this.ledger.list(drawer, after) },
    };
  }

  /** Answers a call from a test in another process. The test may list the slips, write one slip, or make calls fail. */
  private async control(request: IncomingMessage): Promise<Answer> {
    if (request.url === "/control/fault") {
      const { kind } = (await jsonOf(request)) as { kind: PaperFault | null };
      this.fault = kind === null ? null : { kind, on: "/", times: 1_000 };
      return { status: 200, body: { kind } };
    }
    if (request.method === "GET") return { status: 200, body: this.ledger.all() };
    return { status: 200, body: this.ledger.put((await jsonOf(request)) as Slip) };
  }
}

function send(response: ServerResponse, { status, body }: Answer, requestId: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-request-id": requestId,
    ...(status === 429 ? { "retry-after": "7" } : {}),
  });
  response.end(JSON.stringify(body));
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
