import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { ExactMoment, Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { capital } from "#lib/domain/text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type ConfigurationDetail, getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { Arrival } from "./_components/arrival.tsx";
import { Credential } from "./_components/credential.tsx";
import { People } from "./_components/people.tsx";
import { Skipped } from "./_components/skipped.tsx";
import { ConfigurationActions } from "../../_components/configuration-actions.tsx";
import { Figure, NextSync } from "../../_components/configuration-list.tsx";
import { EditForm } from "../../_components/edit-form.tsx";
import { HealthMark } from "../../_components/health-mark.tsx";

export const metadata: Metadata = { title: "Configuration" };

export default async function ConfigurationPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requirePage("settings.manage");
  const { id } = await params;
  const configuration = await getVendorConfiguration(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <div className="max-w-3xl space-y-8 text-sm">
      <KeepFresh everyMs={configuration.health.state === "not_proven" ? 2_000 : 10_000} />
      <header className="space-y-3">
        <p>
          <Link className="text-muted hover:underline" href="/settings">
            Vendor Configurations
          </Link>
        </p>
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="min-w-0 text-xl font-semibold break-words">{configuration.displayName}</h1>
          <HealthMark state={configuration.health.state} />
        </div>
        {configuration.health.reason ? (
          <Notice
            tone={configuration.health.state === "action_needed" ? "danger" : "warning"}
            title={configuration.health.reason}
          >
            <PlaceText>{configuration.health.remedy}</PlaceText>
          </Notice>
        ) : null}
        <Figures configuration={configuration} />
        <div className="flex flex-wrap gap-2">
          <ConfigurationActions
            id={configuration.id}
            displayName={configuration.displayName}
            disabled={configuration.health.state === "disabled"}
            provider={configuration.words.provider}
          />
        </div>
      </header>
      <Section title="How alerts arrive">
        <Arrival configuration={configuration} />
      </Section>
      <Section title={configuration.credential.kind === "public" ? "Registration" : "Credential"}>
        <Credential configuration={configuration} />
      </Section>
      {configuration.writeAs === "person" ? (
        <Section title={`People's ${configuration.words.account}s`}>
          <People configuration={configuration} />
        </Section>
      ) : null}
      <Section title="Details">
        <EditForm
          id={configuration.id}
          fields={configuration.fields}
          values={{
            displayName: configuration.displayName,
            pollIntervalSeconds: configuration.pollIntervalSeconds,
            environment: configuration.environment,
            notifyAbout: configuration.notifyAbout,
            ...(configuration.credential.kind === "secret"
              ? { secretExpiresOn: configuration.credential.secretExpiresOn ?? "" }
              : {}),
            ...(configuration.readAs === "application" ? { writeAs: configuration.writeAs } : {}),
          }}
        />
      </Section>
      <Section title="Alerts that could not be read">
        <Skipped configuration={configuration} />
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-raised p-4">
      <h2 className="mb-3 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Figures({ configuration }: { configuration: ConfigurationDetail }) {
  return (
    <dl className="grid gap-x-8 gap-y-3 md:grid-cols-3">
      <Figure label="Last good sync">
        {configuration.lastGoodSyncAt ? (
          <Moment iso={configuration.lastGoodSyncAt} nowIso={configuration.now} />
        ) : (
          "never"
        )}
      </Figure>
      <Figure label="Last by webhook">
        {configuration.coverage.lastHeardAt ? (
          <Moment iso={configuration.coverage.lastHeardAt} nowIso={configuration.now} />
        ) : (
          "never"
        )}
      </Figure>
      <Figure label="Next sync">
        <NextSync at={configuration.nextSyncAt} nowIso={configuration.now} />
      </Figure>
      <Figure label="Alerts in 24 h">{configuration.alerts24h ?? "hidden from you"}</Figure>
      <Figure label={capital(configuration.words.scope)}>
        {configuration.scopeName ? `${configuration.scopeName} ` : ""}
        <span className="font-mono text-xs break-all text-muted">{configuration.scopeId}</span>
      </Figure>
      <Figure label="Signs in with">
        {configuration.authLabel}
        <span className="block text-xs text-muted">{configuration.cloudLabel}</span>
      </Figure>
      {configuration.plans ? (
        <Figure label={configuration.plans.label}>
          {configuration.plans.on === null ? "not known" : configuration.plans.on.join(", ") || "none"}
        </Figure>
      ) : null}
      <Figure label="Permission to change status">
        {configuration.rights ?? "not known"}
        {configuration.rightsAsOf ? (
          <span className="block text-xs text-muted">
            as of <ExactMoment iso={configuration.rightsAsOf} />
          </span>
        ) : null}
      </Figure>
    </dl>
  );
}
