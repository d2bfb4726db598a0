/** Who may import whom (docs/ARCHITECTURE.md). Tests may import anything. */
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

/** From left to right: each may import those before it, never those after it. */
const storeys = ["core", "identity", "sources", "ingest", "triage", "alerting", "overview"];
/** below all of them */
const ground = ["vendors", "jobs", "domain", "platform", "schemas"];

module.exports = {
  forbidden: [
    never("no-circular", {}, { circular: true }, "a circle has no beginning to read from"),
    never("resolvable", {}, { couldNotResolve: true }, "an import that leads nowhere"),
    only("domain-is-pure", "^lib/domain/", ["^lib/domain/"], "the domain knows nothing but itself"),
    never(
      "domain-does-no-io",
      { path: "^lib/domain/" },
      { dependencyTypes: ["core"] },
      "no clock, disk or random",
    ),
    only(
      "schemas-know-the-domain",
      "^lib/schemas/",
      ["^lib/(schemas|domain)/"],
      "both sides of the wire read them",
    ),
    only("platform-knows-nobody", "^lib/platform/", ["^lib/platform/"], ""),
    only(
      "jobs-are-contracts",
      "^lib/jobs/",
      ["^lib/(jobs|domain)/"],
      "what is done stands in programs/worker/loops.ts",
    ),
    only("db-knows-the-domain", "^db/", ["^db/", "^lib/(domain|platform|schemas|jobs)/"], ""),
    only(
      "vendors-talk-http",
      "^lib/vendors/",
      ["^lib/(vendors|domain|platform|schemas)/"],
      "never to the database",
    ),
    never(
      "vendors-are-islands",
      { path: "^lib/vendors/([^/]+)/" },
      { path: "^lib/vendors/([^/]+)/", pathNot: "^lib/vendors/($1|shared)/" },
      "one vendor knows nothing of another",
    ),
    never(
      "vendors-only-through-the-registry",
      { pathNot: ["^lib/vendors/", "^test/paper-vendor/vendor/", tests] },
      { path: "^lib/vendors/[^/]+/" },
      "a vendor is a folder and a line",
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
      "what starts a program opens the vendors; all else gets them with its services",
    ),
    ...storeys.map((storey, index) =>
      only(
        `${storey}-looks-left`,
        `^lib/${storey}/`,
        [`^lib/(${[...storeys.slice(0, index + 1), ...ground].join("|")})/`, "^db/"],
        "a storey imports those to its left; what must happen to its right goes by db/queries or a queued row",
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
      "a program hands the vendors in and composes verbs of the storeys: it knows neither the web nor the database",
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
      "a shared parser would pass its misreadings on both sides",
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
