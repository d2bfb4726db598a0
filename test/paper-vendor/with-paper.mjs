import { registerHooks } from "node:module";

// For `node --import`: the process finds the paper vendor beside the product's vendors, in the registry's place.
const own = new URL("./registry.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const isRegistry = found.url.endsWith("/lib/vendors/registry.ts") && context.parentURL !== own;
    return isRegistry ? { ...found, url: own } : found;
  },
});
