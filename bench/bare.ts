import { createServer } from "node:http";
import postgres from "postgres";

/**
 * The arguments of a server that stores each body with one INSERT and does nothing else. It is the baseline for the
 * webhook's benchmark.
 */
const [url = "", port = "0"] = process.argv.slice(2);
const sql = postgres(url, { max: 10, onnotice: () => {} });
await sql`create table if not exists bare (id uuid primary key, organisation_id uuid not null, received_at timestamptz not null, body bytea not null)`;
const organisationId = crypto.randomUUID();
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const id = crypto.randomUUID();
    const row = { id, organisation_id: organisationId, received_at: new Date(), body: Buffer.concat(chunks) };
    sql`insert into bare ${sql(row)}`.then(
      () => response.end(`stored, ${id}\n`),
      () => response.writeHead(503).end(),
    );
  });
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
