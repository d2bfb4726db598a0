import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { fillIn } from "#lib/domain/guide-text.ts";
import type { VendorDeploy, VendorGuide } from "#lib/sources/guides/get.ts";

/** The parts of a guide that the deployment buttons need. */
export type Deployable = Pick<VendorGuide, "clouds" | "reach"> &
  Pick<VendorDeploy, "button" | "outOfReach" | "paths"> & { templateUri: string };

/** Selects the parts of a guide that the deployment buttons need. */
export const deployableOf = (
  { clouds, reach, values }: Pick<VendorGuide, "clouds" | "reach" | "values">,
  { button, outOfReach, paths }: VendorDeploy,
): Deployable => ({ clouds, reach, button, outOfReach, paths, templateUri: values.templateUri ?? "" });

/**
 * Links that open the vendor's console with our template, one for each of the vendor's clouds. If the vendor can't reach this
 * portal to fetch the template, explains why instead.
 */
export function DeployButtons({ clouds, reach, button, outOfReach, paths, templateUri }: Deployable) {
  if (!reach.reachable) return <OutOfReach why={reach.why} paths={paths} {...outOfReach} />;
  const path = fillIn(button.path, { templateUri: encodeURIComponent(templateUri) });
  return (
    <div className="my-3 flex flex-wrap gap-2 print:hidden">
      {clouds.map((cloud, index) => (
        <a
          key={cloud.id}
          className={buttonStyle({ tone: index === 0 ? "primary" : "quiet" })}
          href={cloud.consoleUrl + path}
          target="_blank"
          rel="noreferrer"
        >
          {index === 0 ? button.label : `Deploy to ${cloud.label}`}
        </a>
      ))}
    </div>
  );
}

type OutOfReachProps = VendorDeploy["outOfReach"] & { why: string; paths: string[] };

function OutOfReach({ title, text, why, paths }: OutOfReachProps) {
  return (
    <div className="my-3">
      <Notice tone="warning" title={title}>
        <p>{fillIn(text, { why })}</p>
        <ul className="my-1 list-disc pl-5">
          {paths.map((path) => (
            <li key={path}>
              <code className="font-mono text-xs">{path}</code>
            </li>
          ))}
        </ul>
        <p>Until then, download the templates here and deploy them from the file.</p>
      </Notice>
    </div>
  );
}
