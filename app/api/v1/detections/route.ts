import { apiRoute } from "#lib/http/api.ts";
import { listDetections } from "#lib/triage/list.ts";
import { itemAnswer } from "../_answers/detection.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  listDetections: async (ctx, { query: { cursor, ...filters } }) => {
    const page = await listDetections(ctx, { ...filters, id: [] }, cursor ?? null);
    return { items: page.items.map(itemAnswer), nextCursor: page.nextCursor, counts: page.counts };
  },
});
