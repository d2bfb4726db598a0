"use client";

import { useState } from "react";
import { buttonStyle } from "#components/ui/button.tsx";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { RichText } from "#components/ui/rich-text.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { fillIn } from "#lib/domain/guide-text.ts";
import type { VendorDeploy, VendorGuide } from "#lib/sources/guides/get.ts";
import type { GuideValues } from "#lib/sources/guides/list-values.ts";
import { Copyable } from "#components/ui/copyable.tsx";
import { DeployButtons, deployableOf } from "../../../../docs/_components/deploy-buttons.tsx";
import { GuideSections } from "../../../../docs/_components/guide-blocks.tsx";
import { show } from "../actions.ts";
import { type Choices, DeployChoices } from "./deploy-choices.tsx";

type Guide = Pick<VendorGuide, "clouds" | "reach" | "values"> & { deploy: VendorDeploy };
type Props = {
  organisationId: string;
  /** the id of the webhook token whose URL can be inserted into the commands */
  currentId: string;
  guide: Guide;
  configurations: GuideValues[];
  /** the vendor's word for a scope */
  scope: string;
};

/**
 * Instructions for making the vendor post to this portal, with our template or by hand. The commands contain the values that
 * the admin chose.
 */
export function DeployPanel({ organisationId, currentId, guide, configurations, scope }: Props) {
  const { reach, deploy } = guide;
  const [choices, setChoices] = useState<Choices>({
    severities: deploy.severities.preset,
    scopeId: configurations[0]?.scopeId ?? "",
    inputs: {},
  });
  const [filled, setFilled] = useState<{ id: string; url: string } | null>(null);
  const { busy, problem, run } = useAction();
  // a rotation outdates the URL that was filled in
  const url = filled?.id === currentId ? filled.url : "";
  const fill = (wanted: boolean) => {
    if (!wanted) return setFilled(null);
    run(() => show(organisationId, currentId), {
      done: (answer) => setFilled({ id: currentId, url: answer.url }),
    });
  };
  const cloudId = configurations.find((configuration) => configuration.scopeId === choices.scopeId)?.cloud;
  const values = valuesOf(guide, choices, url);
  const buttons = deployableOf(guide, deploy);
  const commands = deploy.commands.filter((command) => reach.reachable || !command.needsReach);
  return (
    <>
      <section aria-labelledby="deploy-a" className="text-sm leading-relaxed">
        <h2 id="deploy-a" className="mb-2 text-base font-semibold">
          {deploy.title}
        </h2>
        <p className="my-2 max-w-prose">
          <RichText text={deploy.who} />
        </p>
        <p className="mt-2 max-w-prose">{deploy.makesLead}</p>
        <ul className="my-2 max-w-prose list-disc space-y-1 pl-6">
          {deploy.makes.map((item) => (
            <li key={item}>
              <RichText text={item} />
            </li>
          ))}
        </ul>
        <DeployButtons {...buttons} />
        {reach.reachable ? <p className="my-2 max-w-prose text-muted">{deploy.button.note}</p> : null}
        <div className="my-3 flex flex-wrap gap-2">
          {deploy.downloads.map(({ label, file }) => (
            <a key={file} className={buttonStyle()} href={`/templates/${file}`} download>
              {`Download ${label}`}
            </a>
          ))}
        </div>
        <h3 className="mt-6 mb-1 font-semibold">{deploy.commandsTitle}</h3>
        <DeployChoices
          offered={deploy.severities.all}
          inputs={deploy.inputs}
          scope={scope}
          configurations={configurations}
          choices={choices}
          onChange={setChoices}
        />
        <ChoiceRow
          type="checkbox"
          isRoomy
          className="my-2"
          checked={busy || url !== ""}
          disabled={busy || currentId === ""}
          onChange={(event) => fill(event.target.checked)}
        >
          <span>
            Fill in my webhook URL <span className="text-muted">(a secret; the audit log records it)</span>
          </span>
        </ChoiceRow>
        <output className="text-danger empty:hidden">{problem}</output>
        {cloudId && cloudId !== deploy.cloudHint.exceptCloudId && cloudId !== "custom" ? (
          <Copyable label={deploy.cloudHint.label} value={fillIn(deploy.cloudHint.text, { cloudId })} />
        ) : null}
        {commands.map(({ label, text }) => (
          <Copyable key={label} label={label} value={fillIn(text, values)} />
        ))}
        <p className="max-w-prose text-muted">{deploy.commandsNote}</p>
      </section>
      <details className="rounded-lg border border-line bg-raised p-4 text-sm leading-relaxed">
        <summary className="-m-4 cursor-pointer p-4">
          <h2 className="inline text-base font-semibold">{deploy.manual.title}</h2>
        </summary>
        <a className={`${buttonStyle()} mt-4`} href={`/templates/${deploy.manual.download.file}`} download>
          {`Download ${deploy.manual.download.label}`}
        </a>
        <GuideSections sections={deploy.manual.parts} level={3} values={values} deploy={buttons} />
      </details>
    </>
  );
}

function valuesOf(guide: Guide, choices: Choices, url: string): Record<string, string> {
  const { severities, scopeId, inputs } = choices;
  const given = Object.fromEntries(
    Object.entries({ ...inputs, scopeId }).filter(([, value]) => value !== ""),
  );
  return {
    ...guide.values,
    ...given,
    ...(url ? { webhookUrl: url } : {}),
    severities: JSON.stringify(severities),
    severityNames: severities.join(", "),
  };
}
