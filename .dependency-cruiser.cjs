/** Matches test files. Tests may import anything; the rules below are for all other files (docs/ARCHITECTURE.md). */
const tests = "\\.(test|spec)\\.tsx?$";
const only = (name, from, allowed, comment) => ({
  name,
  severity: "error",
  comment,
  from: { path: from, pathNot: tests },
  to: {
    pathNot: [...allowed, "node_modules", "^node:"],
    dependencyTypesNot: ["core", "npm", "npm-dev", "npm-optional", "npm-peer"],
  },
});
const never = (name, from, to, comment) => ({
  name,
  severity: "error",
  comment,
  from: { pathNot: tests, ...from },
  to,
});

/** The storeys, in order. Each storey may import only from those to its left. */
const storeys = ["core", "identity", "sources", "ingest", "triage", "alerting", "overview"];
/** the folders of lib that every storey may import */
const ground = ["vendors", "jobs", "domain", "platform", "schemas"];

module.exports = {
  forbidden: [
    never("no-circular", {}, { circular: true }, "circular imports can't be read from a beginning"),
    never("resolvable", {}, { couldNotResolve: true }, "every import must resolve"),
    only("domain-is-pure", "^lib/domain/", ["^lib/domain/"], "the domain imports only itself"),
    never(
      "domain-does-no-io",
      { path: "^lib/domain/" },
      { dependencyTypes: ["core"] },
      "the domain uses no clock, disk or randomness",
    ),
    only(
      "schemas-know-the-domain",
      "^lib/schemas/",
      ["^lib/(schemas|domain)/"],
      "schemas run in the browser and on the server",
    ),
    only("platform-knows-nobody", "^lib/platform/", ["^lib/platform/"], ""),
    only(
      "jobs-are-contracts",
      "^lib/jobs/",
      ["^lib/(jobs|domain)/"],
      "programs/worker/loops.ts has the jobs' work",
    ),
    only("db-knows-the-domain", "^db/", ["^db/", "^lib/(domain|platform|schemas|jobs)/"], ""),
    only(
      "vendors-talk-http",
      "^lib/vendors/",
      ["^lib/(vendors|domain|platform|schemas)/"],
      "vendors never use the database",
    ),
    never(
      "vendors-are-islands",
      { path: "^lib/vendors/([^/]+)/" },
      { path: "^lib/vendors/([^/]+)/", pathNot: "^lib/vendors/($1|shared)/" },
      "a vendor never imports another vendor",
    ),
    never(
      "vendors-only-through-the-registry",
      { pathNot: ["^lib/vendors/", "^test/paper-vendor/vendor/", tests] },
      { path: "^lib/vendors/[^/]+/" },
      "code outside a vendor's folder reaches it only through the registry",
    ),
    only(
      "the-paper-vendor-is-a-vendor",
      "^test/paper-vendor/vendor/",
      ["^test/paper-vendor/vendor/", "^lib/vendors/(shared/)?[^/]+\\.ts$", "^lib/(domain|platform|schemas)/"],
      "it proves the contract: it may import what a folder of lib/vendors may",
    ),
    never(
      "nobody-ships-tests",
      { pathNot: ["^(test|e2e|scripts|bench)/", tests] },
      { path: "^(test|e2e)/" },
      "the paper vendor and the stand-ins are no part of the product",
    ),
    never(
      "vendors-are-handed-in",
      { pathNot: ["^lib/auth/", "^(programs|scripts|test|bench)/", tests] },
      { path: "^lib/vendors/registry\\.ts$" },
      "a program's entry point opens the vendors; all other code gets them with its services",
    ),
    ...storeys.map((storey, index) =>
      only(
        `${storey}-looks-left`,
        `^lib/${storey}/`,
        [`^lib/(${[...storeys.slice(0, index + 1), ...ground].join("|")})/`, "^db/"],
        "a storey imports only those to its left; it reaches those to its right by db/queries or a queued row",
      ),
    ),
    only("auth-is-the-session", "^lib/auth/", [`^lib/(auth|${[...storeys, ...ground].join("|")})/`], ""),
    only("http-is-transport", "^lib/http/", [`^lib/(http|auth|${[...storeys, ...ground].join("|")})/`], ""),
    only("components-are-data-free", "^components/", ["^components/", "^lib/(domain|schemas)/"], ""),
    never(
      "app-uses-services",
      { path: "^app/" },
      { path: "^(db|programs|emulator|scripts|lib/vendors/[^/]+)/" },
      "",
    ),
    only(
      "programs-call-verbs",
      "^programs/",
      [
        "^programs/",
        `^lib/(${[...storeys, "jobs", "platform"].join("|")})/`,
        "^lib/vendors/(registry|offer)\\.ts$",
      ],
      "a program passes the vendors to the services and calls verbs; it uses neither the web nor the database",
    ),
    never(
      "programs-never-reach-next",
      { path: "^programs/" },
      { path: "node_modules/(next|react|next-auth|server-only)/", reachable: true },
      "worker and receiver are plain Node programs",
    ),
    never(
      "lib-is-framework-free",
      { path: `^(lib/(${[...storeys, ...ground].join("|")})|db)/` },
      { path: "node_modules/(next|react|next-auth|server-only)/" },
      "",
    ),
    only(
      "emulator-is-independent",
      "^emulator/",
      ["^emulator/"],
      "a shared parser would hide the same mistake on both sides",
    ),
    never(
      "nobody-ships-the-emulator",
      { pathNot: ["^(emulator|e2e|test|scripts|bench)/", tests] },
      { path: "^emulator/" },
      "",
    ),
    never(
      "no-orphans",
      {
        orphan: true,
        pathNot: [
          tests,
          "\\.d\\.ts$",
          "^(app|scripts|bench)/",
          "\\.config\\.(ts|mjs)$",
          "^(proxy|instrumentation)\\.ts$",
        ],
      },
      {},
      "delete what nobody uses",
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
  },
};
