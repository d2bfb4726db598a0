import { apiRoute } from "#lib/http/api.ts";
import { syncConfiguration } from "#lib/sources/configurations/sync.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  syncConfiguration: async (ctx, { params }) => {
    await syncConfiguration(ctx, params.id);
    return { asked: 1 };
  },
});
