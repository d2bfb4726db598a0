import type { VendorManifest } from "#lib/vendors/manifest.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** Lists what a person couldn't understand or act on in a problem, a text for each fault. */
export function problemFaults(problem: VendorProblem, { fields }: VendorManifest): string[] {
  const faults = [problem.message, problem.remedy].filter((text) => !/^[A-Z].{10,}[.\w]$/.test(text));
  if (!/^[a-z_]+$/.test(problem.code)) faults.push(`code: ${problem.code}`);
  if (problem.field !== null && !fields.some(({ id }) => id === problem.field))
    faults.push(`no such field: ${problem.field}`);
  return faults;
}
