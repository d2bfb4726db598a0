import { createServer, connect as dial, type Socket } from "node:net";
import { expect, type Page } from "@playwright/test";
import { control, subscriptions } from "./helpers.ts";
import { stack } from "./stack.ts";

/**
 * Raises alerts in the emulated Azure and makes the portal poll them over the API. Each title has its own alert type.
 */
export async function fire(page: Page, title: string, { count = 1, severity = "High" } = {}): Promise<void> {
  await control("POST", "/alerts", {
    subscriptionId: subscriptions.production,
    count,
    properties: {
      alertDisplayName: title,
      alertType: `E2E_${title.replaceAll(/\W+/g, "_")}`,
      severity,
      timeGeneratedUtc: new Date().toISOString(),
    },
  });
  await write(page, `/api/v1/configurations/${await configurationId(page)}/sync`);
}

/** Sets the alert with this title to In Progress in the emulated Azure and makes the portal poll it, as others' work does. */
export async function workElsewhere(page: Page, title: string): Promise<void> {
  const alerts = (await control("GET", "/alerts")) as {
    name: string;
    properties: { alertDisplayName: string };
  }[];
  const alert = alerts.find(({ properties }) => properties.alertDisplayName === title);
  await control("PATCH", `/alerts/${alert?.name}`, { status: "InProgress" });
  await write(page, `/api/v1/configurations/${await configurationId(page)}/sync`);
}

/** Waits until the portal has a detection with this title. */
export async function isStored(page: Page, title: string): Promise<void> {
  const titles = async () => {
    const answer = await page.request.get("/api/v1/detections", { params: { q: title, range: "all" } });
    return ((await answer.json()) as { items: { title: string }[] }).items.map(({ title }) => title);
  };
  await expect.poll(titles).toContain(title);
}

async function configurationId(page: Page): Promise<string> {
  const answer = await page.request.get("/api/v1/configurations");
  const { items } = (await answer.json()) as { items: { id: string; name: string }[] };
  return items.find(({ name }) => name === "Azure Production")?.id ?? "";
}

/** Sends a write request to the HTTP API, as if the same person used another browser. */
export async function write(page: Page, path: string, data: object = {}): Promise<void> {
  const answer = await page.request.post(path, {
    headers: { origin: stack.portalUrl, "x-requested-with": "e2e" },
    data,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

export const isLive = (page: Page) => expect(page.getByText("Live", { exact: true })).toBeVisible();

/** Opens a proxy to the portal. The proxy can cut its connections, like a network that fails. */
export async function openProxy(): Promise<{
  url: string;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}> {
  const target = new URL(stack.portalUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = dial(Number(target.port), target.hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end
        .on("error", () => end.destroy())
        .on("close", () => {
          sockets.delete(end);
          socket.destroy();
          onward.destroy();
        });
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("no port");
  const cutAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://localhost:${address.port}`,
    cut: () => {
      isCut = true;
      cutAll();
    },
    mend: () => void (isCut = false),
    close: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
