import { request } from "node:http";
import { connect } from "node:net";

type RawAnswer = {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
};

/** Sends a request exactly as given, except that the headers Host and Content-Length are added. */
export function rawRequest(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, href, origin } = new URL(url);
    const sending = request({
      hostname,
      port,
      path: url.slice(origin.length) || href,
      method: options.method ?? "POST",
      headers: options.headers ?? {},
      // the server may close a persistent connection just as it is reused
      agent: false,
      timeout: 30_000,
    });
    sending.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
          headers: response.headers,
        }),
      );
    });
    sending.on("error", reject);
    sending.end(options.body);
  });
}

/**
 * Writes bytes to a socket, and then `drip` again and again. Resolves to the status line of the answer, or to "closed" if
 * the connection closes without an answer.
 */
export function rawBytes(
  url: string,
  bytes: string,
  drip?: { text: string; everyMs: number },
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (drip) timer = setInterval(() => socket.write(drip.text), drip.everyMs);
    });
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (answer.includes("\r\n")) socket.destroy();
    });
    socket.on("error", (error) => (answer ? resolve(answer) : reject(error)));
    socket.on("close", () => {
      clearInterval(timer);
      resolve(answer.split("\r\n")[0] || "closed");
    });
  });
}
