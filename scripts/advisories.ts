/** A published vulnerability. `vulnerable` is a range of versions, such as `<2.0.7 || >=3.0.0 <4.15.5`. */
type Advisory = { id: string; package: string; vulnerable: string; severity: string };
/** The advisories of scripts/advisories.json. `accepted` lists matches that don't count, by the package's place in the lock. */
export type AdvisoryList = {
  asOf: string;
  advisories: readonly Advisory[];
  accepted: readonly { id: string; path: string; why: string }[];
};
export type LockFile = { packages: Record<string, { version?: string; name?: string }> };

/** for each package that faces the network: the lowest version to use, and the advisory or policy that set it */
export const floors: Readonly<Record<string, { floor: string; because: string }>> = {
  next: { floor: "16.4.5", because: "CVE-2026-119347" },
  react: { floor: "19.3.1", because: "CVE-2026-126187, which Next's own copy shares" },
  "react-dom": { floor: "19.3.1", because: "CVE-2026-126187, which Next's own copy shares" },
  "next-auth": { floor: "4.24.15", because: "GHSA-x445-f3h2-j279" },
  "openid-client": { floor: "5.7.1", because: "the last release of the major that next-auth uses" },
  jose: { floor: "4.15.5", because: "GHSA-hhhv-q57g-882q" },
  "@azure/msal-node": { floor: "7.2.1", because: "only the newest major gets fixes" },
  "drizzle-orm": { floor: "0.45.2", because: "CVE-2026-39356" },
  postgres: { floor: "3.4.9", because: "the newest release, which patches/ belongs to" },
  nodemailer: { floor: "10.0.0", because: "GHSA-p6gq-j5cr-w38f; only the newest major gets fixes" },
  "web-push": { floor: "3.6.7", because: "the newest release" },
  sharp: { floor: "0.35.5", because: "GHSA-2464-fhr4-w9xw" },
  node: { floor: "24.21.0", because: "the security release that the portal was tested with" },
};

/** Compares two versions by their numbers. Returns a negative number if `version` is lower. A pre-release counts as its release. */
function compare(version: string, other: string): number {
  const numbers = (text: string) => text.split(/[-+]/, 1)[0]?.split(".").map(Number) ?? [];
  const [left, right] = [numbers(version), numbers(other)];
  const at = [0, 1, 2].find((index) => (left[index] ?? 0) !== (right[index] ?? 0));
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

const comparison = /^(<=|>=|<|>|=)(\d+\.\d+\.\d+)$/;

/** Whether a version is in a range: parts joined by `||`, each of comparisons separated by spaces. Throws for another form. */
export function isInRange(version: string, range: string): boolean {
  return range.split("||").some((part) =>
    part
      .trim()
      .split(" ")
      .every((text) => {
        const [, operator, bound = ""] = comparison.exec(text) ?? [];
        const order = compare(version, bound);
        switch (operator) {
          case "<":
            return order < 0;
          case "<=":
            return order <= 0;
          case ">":
            return order > 0;
          case ">=":
            return order >= 0;
          case "=":
            return order === 0;
          default:
            throw new Error(`“${range}” isn't a range of versions`);
        }
      }),
  );
}

/** Returns the packages of a lock file, also those installed below others. */
const packagesOf = ({ packages }: LockFile) =>
  Object.entries(packages).flatMap(([path, { version, name }]) => {
    const at = path.lastIndexOf("node_modules/");
    return at < 0 || !version
      ? []
      : [{ path, version, name: name ?? path.slice(at + "node_modules/".length) }];
  });

/** Returns a sentence for each package of the lock file that an advisory or a floor rules out, and for each stale exception. */
export function advisoryProblems(lock: LockFile, list: AdvisoryList): string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const { path, version, name } of packagesOf(lock)) {
    for (const { id, vulnerable, severity, ...advisory } of list.advisories) {
      if (advisory.package !== name || !isInRange(version, vulnerable)) continue;
      if (list.accepted.some((accepted) => accepted.id === id && accepted.path === path))
        used.add(`${id} ${path}`);
      else problems.push(`${path} ${version} has ${id} (${severity}). Use a version outside ${vulnerable}.`);
    }
    const own = Object.hasOwn(floors, name) ? floors[name] : undefined;
    if (own && compare(version, own.floor) < 0)
      problems.push(`${path} is ${version}; the lowest allowed is ${own.floor} (${own.because}).`);
  }
  for (const { id, path } of list.accepted)
    if (!used.has(`${id} ${path}`))
      problems.push(`${path} doesn't have ${id} any more. Take it off the accepted ones.`);
  for (const name of Object.keys(floors))
    if (packagesOf(lock).every((found) => found.name !== name))
      problems.push(`${name} isn't in the lock file. Take its floor away.`);
  return problems;
}

/** Returns how old the list of advisories is on a day, as a sentence. */
export function ageOf({ asOf, advisories }: AdvisoryList, today: Date): string {
  const days = Math.floor((today.getTime() - Date.parse(asOf)) / 86_400_000);
  return `${advisories.length} advisories, as of ${asOf}, ${days} ${days === 1 ? "day" : "days"} ago`;
}
