import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { startMailService } from "#test/mail-service.ts";
import { startPushService } from "#test/push-service.ts";
import { type DemoMessage, drawList, drawPage, pageScript, pageStyle } from "./demo-phones-page.ts";
import { freePort, isFree } from "./ports.ts";

export type DemoPhones = Awaited<ReturnType<typeof startDemoPhones>>;

const messagesKept = 200;

/**
 * Starts the demo's stand-ins for phones and mailboxes: a push service, a mail server, and a page on this machine that
 * shows the messages they received. Nothing is forwarded. The certificates come from `emulatorDir`, because the portal's
 * programs trust these.
 */
// long: its parts share the received messages
export async function startDemoPhones(options: { emulatorDir: string; pushPort: number; portalUrl: string }) {
  const { emulatorDir: certificates, pushPort, portalUrl } = options;
  const messages: DemoMessage[] = [];
  const owners = new Map<string, string>();
  const keep = (message: DemoMessage) => {
    messages.unshift(message);
    messages.splice(messagesKept);
  };
  const base = () => ({ id: crypto.randomUUID(), at: new Date() });
  const push = await startPushService({
    port: pushPort,
    certificates,
    onReceived: ({ path, payload: { notification } }) => {
      const { title, body, navigate, data } = notification;
      const owner = owners.get(path) ?? "Somebody";
      keep({ ...base(), kind: "push", owner, title, body, navigate, ...data, shownAt: null, openedAt: null });
    },
  });
  const mail = await startMailService({
    certificates,
    onReceived: ({ to, subject, text }) => keep({ ...base(), kind: "mail", to, subject, text }),
  });
  const port = (await isFree(9446, "127.0.0.1")) ? 9446 : await freePort();
  const pageUrl = `http://127.0.0.1:${port}`;
  const page = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error("the demo's phones:", error);
      response
        .writeHead(500)
        .end("The demo's phones failed. The terminal in which the demo was started shows the reason.\n");
    });
  });
  await new Promise<void>((resolve, reject) => page.once("error", reject).listen(port, "127.0.0.1", resolve));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const url = new URL(request.url ?? "/", pageUrl);
    // requests from other pages in the same browser are refused
    const isForeign = headers.host !== `127.0.0.1:${port}` || (headers.origin ?? pageUrl) !== pageUrl;
    if (isForeign) return void response.writeHead(403).end();
    if (method === "POST") return act(url, response);
    const [type, text] = {
      "/": ["text/html", drawPage(messages)],
      "/list": ["text/html", drawList(messages)],
      "/page.js": ["text/javascript", pageScript],
      "/page.css": ["text/css", pageStyle],
    }[url.pathname] ?? ["", ""];
    if (!type) return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self' ${portalUrl}`,
    });
    response.end(text);
  }

  /**
   * Sends a receipt to the portal, as a phone does. A request to /tap becomes the receipt `opened`, any other request
   * `shown`.
   */
  async function act(url: URL, response: ServerResponse): Promise<void> {
    const message = messages.find(({ id }) => id === url.searchParams.get("id"));
    if (message?.kind !== "push") return void response.writeHead(404).end("This message is gone.\n");
    const isTap = url.pathname === "/tap";
    const reported = await fetch(`${portalUrl}/api/push/receipts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ receipt: message.receipt, what: isTap ? "opened" : "shown" }),
    });
    if (!reported.ok) throw new Error(`the portal answered ${reported.status} to a receipt`);
    message[isTap ? "openedAt" : "shownAt"] ??= new Date();
    // like the service worker, open only the portal's own addresses
    const isOwn = URL.parse(message.navigate)?.origin === portalUrl;
    response.writeHead(303, { location: isTap && isOwn ? message.navigate : "/" }).end();
  }

  return {
    pushPort,
    smtpPort: mail.port,
    pageUrl,
    /** Returns a new phone of this person, or their earlier phone with the keys in `kept`. */
    phoneOf: (owner: string, kept?: { path: string; privateKey: string; auth: string }) => {
      const phone = push.subscribe(kept?.path, kept);
      owners.set(phone.path, owner);
      return phone;
    },
    stop: async () => {
      page.closeAllConnections();
      await new Promise((resolve) => page.close(resolve));
      await push.stop();
      await mail.stop();
    },
  };
}
