import { registerHooks } from "node:module";

// Node parses a package.json again for each imported file. drizzle-orm's has 180 KB of exports, which costs every process that
// opens the database two seconds. Its files import each other by relative path, which needs no package.json.
registerHooks({
  resolve: (specifier, context, next) =>
    /^\..*\.js$/.test(specifier) && context.parentURL?.includes("/node_modules/drizzle-orm/")
      ? { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true }
      : next(specifier, context),
});
