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
  const one = await getVendorConfiguration(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <div className="max-w-3xl space-y-8 text-sm">
      <KeepFresh everyMs={one.health.word === "Not proven yet" ? 2_000 : 10_000} />
      <header className="space-y-3">
        <p>
          <Link className="text-muted hover:underline" href="/settings">
            Vendor Configurations
          </Link>
        </p>
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="min-w-0 text-xl font-semibold break-words">{one.displayName}</h1>
          <HealthMark word={one.health.word} />
        </div>
        {one.health.reason ? (
          <Notice tone={one.health.word === "Action needed" ? "danger" : "warning"} title={one.health.reason}>
            <PlaceText>{one.health.remedy}</PlaceText>
          </Notice>
        ) : null}
        <Figures one={one} />
        <div className="flex flex-wrap gap-2">
          <ConfigurationActions
            id={one.id}
            displayName={one.displayName}
            disabled={one.health.word === "Disabled"}
            provider={one.words.provider}
          />
        </div>
      </header>
      <Section title="How alerts arrive">
        <Arrival one={one} />
      </Section>
      <Section title={one.credential.kind === "public" ? "Registration" : "Credential"}>
        <Credential one={one} />
      </Section>
      {one.writeAs === "person" ? (
        <Section title={`People's ${one.words.account}s`}>
          <People one={one} />
        </Section>
      ) : null}
      <Section title="Details">
        <EditForm
          id={one.id}
          fields={one.fields}
          values={{
            displayName: one.displayName,
            pollIntervalSeconds: one.pollIntervalSeconds,
            ...(one.credential.kind === "secret"
              ? { secretExpiresOn: one.credential.secretExpiresOn ?? "" }
              : {}),
            ...(one.readAs === "application" ? { writeAs: one.writeAs } : {}),
          }}
        />
      </Section>
      <Section title="Alerts that could not be read">
        <Skipped one={one} />
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

function Figures({ one }: { one: ConfigurationDetail }) {
  return (
    <dl className="grid gap-x-8 gap-y-3 md:grid-cols-3">
      <Figure label="Last good sync">
        {one.lastGoodSyncAt ? <Moment iso={one.lastGoodSyncAt} nowIso={one.now} /> : "never"}
      </Figure>
      <Figure label="Last by webhook">
        {one.coverage.lastHeardAt ? <Moment iso={one.coverage.lastHeardAt} nowIso={one.now} /> : "never"}
      </Figure>
      <Figure label="Next sync">
        <NextSync at={one.nextSyncAt} nowIso={one.now} />
      </Figure>
      <Figure label="Alerts in 24 h">{one.alerts24h ?? "hidden from you"}</Figure>
      <Figure label={capital(one.words.scope)}>
        {one.scopeName ? `${one.scopeName} ` : ""}
        <span className="font-mono text-xs break-all text-muted">{one.scopeId}</span>
      </Figure>
      <Figure label="Signs in with">
        {one.authLabel}
        <span className="block text-xs text-muted">{one.cloudLabel}</span>
      </Figure>
      {one.plans ? (
        <Figure label={one.plans.label}>
          {one.plans.on === null ? "not known" : one.plans.on.join(", ") || "none"}
        </Figure>
      ) : null}
      <Figure label="Permission to change status">
        {one.rights ?? "not known"}
        {one.rightsAsOf ? (
          <span className="block text-xs text-muted">
            as of <ExactMoment iso={one.rightsAsOf} />
          </span>
        ) : null}
      </Figure>
    </dl>
  );
}
