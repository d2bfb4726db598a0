import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { fillIn } from "#lib/domain/guide-text.ts";
import type { VendorGuide } from "#lib/sources/guides/get.ts";

/** What the buttons need of a guide. */
export type Deployable = Pick<VendorGuide, "clouds" | "reach"> & {
  buttonPath: string;
  paths: string[];
  templateUri: string;
};

/** Opens Azure's portal with our template, in each cloud; or says why Azure couldn't fetch it. */
export function DeployButtons({ clouds, reach, buttonPath, paths, templateUri }: Deployable) {
  if (!reach.reachable) return <OutOfReach why={reach.why} paths={paths} />;
  const path = fillIn(buttonPath, { templateUri: encodeURIComponent(templateUri) });
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
          {`Deploy to ${index === 0 ? "Azure" : cloud.label}`}
        </a>
      ))}
    </div>
  );
}

function OutOfReach({ why, paths }: { why: string; paths: string[] }) {
  return (
    <div className="my-3">
      <Notice tone="warning" title="Azure can't reach this portal at its present address">
        <p>
          {`POCKETSOC_URL holds its address, and ${why}. A Logic App's posts would never arrive, and Azure can't fetch the templates. Give the portal an https address that the internet reaches, or publish these two paths under one and set POCKETSOC_URL to it:`}
        </p>
        <ul className="my-1 list-disc pl-5">
          {paths.map((path) => (
            <li key={path}>
              <code className="font-mono text-xs">{path}</code>
            </li>
          ))}
        </ul>
        <p>Until then the templates can be saved here and deployed from the file.</p>
      </Notice>
    </div>
  );
}
