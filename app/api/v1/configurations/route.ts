import { apiRoute } from "#lib/http/api.ts";
import { listVisibleConfigurations } from "#lib/sources/configurations/list-visible.ts";
import { configurationAnswer } from "../_answers/configuration.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  listConfigurations: async (ctx) => ({
    items: (await listVisibleConfigurations(ctx)).map(configurationAnswer),
  }),
});
