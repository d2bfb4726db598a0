import { registerHooks } from "node:module";

// Node parses the package.json of an imported file anew for each file, and drizzle-orm's names 180 KB of exports:
// two seconds of every process that opens the database. Its files import each other by relative path, which
// needs no package.json.
registerHooks({
  resolve: (specifier, context, next) =>
    /^\..*\.js$/.test(specifier) && context.parentURL?.includes("/node_modules/drizzle-orm/")
      ? { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true }
      : next(specifier, context),
});
