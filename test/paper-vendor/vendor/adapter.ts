import type { Json } from "#lib/domain/detection.ts";
import { elementTexts } from "#lib/domain/json-text.ts";
import { originProblem } from "#lib/platform/origin.ts";
import type { RawAlert, Vendor, VendorSettings, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import { VendorError, type VerifyStep } from "#lib/vendors/problem.ts";
import { listOf, objectOf, wordOf } from "#lib/vendors/shared/json.ts";
import { z } from "zod";
import { askLedger } from "./client.ts";
import { document } from "./document.ts";
import { paperError } from "./errors.ts";
import { manifest } from "./manifest.ts";
import { fingerprint, normalise, shows, SlipRef, slipOf } from "./normalise.ts";

const Connection = z.object({ remarks: z.enum(["keep", "send"]) });
type Source = VendorSource<z.output<typeof Connection>>;

/** The environment setting for the address of the operator's own ledger. Plain http is allowed on this machine. */
const settings: VendorSettings = {
  names: ["PAPER_LEDGER_URL"],
  read: ({ PAPER_LEDGER_URL: value }) => {
    if (!value) return { cloud: null, problems: [] };
    const problem = originProblem(value, true);
    if (problem) return { cloud: null, problems: [{ name: "PAPER_LEDGER_URL", problem }] };
    const api = value.replace(/\/$/, "");
    const consoleUrl = manifest.clouds[0]?.consoleUrl ?? "";
    const cloud = { id: "own", label: new URL(api).host, consoleUrl, endpoints: { api } };
    return { cloud, problems: [] };
  },
};

type Page = { alerts: RawAlert[]; cursor: string; more: boolean; drawer: Json };

async function readPage(source: Source, cursor: Json | null, io: VendorIo): Promise<Page> {
  const after = typeof cursor === "string" ? `?after=${encodeURIComponent(cursor)}` : "";
  const path = `/drawers/${encodeURIComponent(source.scopeId)}/slips${after}`;
  const { value, text } = await askLedger(source, { path, about: "drawer" }, io);
  const page = objectOf(value);
  const { slips, cursor: next } = page;
  if (!Array.isArray(slips) || typeof next !== "string") throw paperError("not_json");
  const texts = elementTexts(text, "slips") ?? [];
  const alerts = slips.map((slip, index) => ({ value: slip, text: texts[index] ?? JSON.stringify(slip) }));
  return { alerts, cursor: next, more: page.more === true, drawer: page.drawer ?? null };
}

async function* read(source: Source, cursor: Json | null, io: VendorIo) {
  for (let at = cursor; ; ) {
    const page = await readPage(source, at, io);
    // what was read before isn't given again, so a read from a cursor never gave everything
    yield { alerts: page.alerts, cursor: page.cursor, whole: cursor === null && !page.more };
    if (!page.more) return;
    if (page.cursor === at) throw paperError("not_json", { vendorCode: "loop" });
    at = page.cursor;
  }
}

async function* verify(source: Source, io: VendorIo): AsyncGenerator<VerifyStep, void, void> {
  const started = performance.now();
  const step = { id: "slips", label: "Slips listed", remedy: null, problem: null, facts: {} };
  const tookMs = () => Math.round(performance.now() - started);
  try {
    const { alerts, drawer } = await readPage(source, null, io);
    const { name, rights } = objectOf(drawer);
    const may = listOf(rights).includes("write") ? "yes" : "no";
    const facts = {
      scopeName: wordOf(name, 120),
      rights: { status: may },
      rightsAsOf: io.now().toISOString(),
    };
    const detail = `The key opens the drawer; its first page has ${alerts.length}.`;
    yield { ...step, outcome: "passed", detail, facts, tookMs: tookMs() };
  } catch (error) {
    if (io.signal.aborted) throw error;
    const { problem } = error instanceof VendorError ? error : paperError("refused");
    yield {
      ...step,
      outcome: "failed",
      detail: problem.message,
      remedy: problem.remedy,
      problem,
      tookMs: tookMs(),
    };
  }
}

const slipPath = ({ drawer, number }: SlipRef) =>
  `/drawers/${encodeURIComponent(drawer)}/slips/${encodeURIComponent(number)}`;

export const paperVendor: Vendor<z.output<typeof Connection>, SlipRef> = {
  manifest,
  document,
  settings,
  connection: Connection,
  ref: SlipRef,
  verify,
  list: async (source, next, io) => {
    const page = await readPage(source, next, io);
    return { alerts: page.alerts, next: page.more ? page.cursor : null };
  },
  read,
  normalise,
  fingerprint,
  links: {
    alert: ({ vendorUrl }, { consoleUrl }) => (vendorUrl?.startsWith(`${consoleUrl}/`) ? vendorUrl : null),
    secrets: (_application, { consoleUrl }) => `${consoleUrl}/keys`,
  },
  can: {
    update: {
      fields: ["status", "verdict", "owner", "comment"],
      send: async (source, ref, change, io) => {
        const body = slipOf(change, source.connection.remarks === "send");
        const asked = { method: "PATCH", path: slipPath(ref), about: "slip", body } as const;
        const { requestId } = await askLedger(source, asked, io);
        return { requestId };
      },
      shows,
    },
    reread: async (source, ref, io) =>
      (await askLedger(source, { path: slipPath(ref), about: "slip" }, io)).value,
  },
};
