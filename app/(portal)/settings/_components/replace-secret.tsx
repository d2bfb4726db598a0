"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Field, SelectField } from "#components/ui/field.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import type { ReplaceEvent } from "#lib/sources/configurations/replace-secret.ts";
import { FailedNotice, StepList } from "../../_components/verify-panel.tsx";
import { replace } from "../actions.ts";
import { CertificateField } from "./certificate-field.tsx";

type Kind = "secret" | "certificate";
type Props = {
  credentialId: string;
  kind: Kind;
  /** the certificate that was prepared to replace the current one, if any */
  next: PreparedCertificate | null;
  usedBy: string[];
  /** the name of the vendor's page where secrets are created; null if the vendor has no such page */
  secretPage: string | null;
  /** the address of the page where secrets are created; null if the vendor has no such page */
  secretsUrl: string | null;
  provider: string;
  /** the fields of the vendor's form, for their labels and help texts */
  fields: readonly VendorField[];
};

/**
 * A form that replaces a credential's secret or certificate. Before saving, the portal checks the new one with every
 * configuration that uses the credential.
 */
export function ReplaceSecret(props: Props) {
  const { credentialId, kind, next, provider } = props;
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState<Typed>({
    proof: next ? "certificate" : kind,
    certificateId: next?.id ?? "",
    secret: "",
    expires: "",
  });
  const replacing = useStream<ReplaceEvent>();
  const last = replacing.events.at(-1);
  const change = (changed: Partial<Typed>) => setTyped((before) => ({ ...before, ...changed }));
  const start = () => {
    const { proof, certificateId, secret, expires } = typed;
    const input = proof === "certificate" ? { certificateId } : { secret, secretExpiresOn: expires };
    void replacing.run(
      (runId) => replace(credentialId, input, runId),
      (event) => {
        if (event.type !== "replaced") return;
        change({ secret: "" });
        router.refresh();
      },
    );
  };
  if (last?.type === "replaced")
    return <Replaced by={typed.proof} secretPage={props.secretPage} provider={provider} {...last} />;
  if (!isOpen)
    return (
      <Button onClick={() => setOpen(true)}>
        {kind === "certificate" ? (next ? "Continue with the next certificate" : "Prepare next") : "Replace"}
      </Button>
    );
  const invalid = last?.type === "invalid" ? last : null;
  const isReady = typed.proof === "secret" || typed.certificateId !== "";
  return (
    <form
      noValidate
      className="space-y-4 rounded-md border border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <Proof {...props} typed={typed} problems={invalid?.fields ?? {}} onChange={change} />
      <StepList
        steps={replacing.events.filter((event) => event.type === "step")}
        busy={replacing.busy}
        provider={provider}
      />
      {replacing.failed ? (
        <FailedNotice
          {...replacing.failed}
          provider={provider}
          title="Nothing was changed. The old one stays in use."
          busy={replacing.busy}
          onRetry={start}
        />
      ) : null}
      {invalid && Object.keys(invalid.fields).length === 0 ? (
        <div role="alert">
          <Notice tone="danger" title={invalid.message} />
        </div>
      ) : null}
      <LostNotice last={last}>Reload the page to see which secret is in use.</LostNotice>
      <div className="flex gap-2">
        <Button type="submit" tone="primary" disabled={replacing.busy || !isReady}>
          {replacing.busy ? "Checking …" : "Check and replace"}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  );
}

type Typed = { proof: Kind; certificateId: string; secret: string; expires: string };
type ProofProps = Omit<Props, "kind"> & {
  typed: Typed;
  /** what is wrong with the input, by field */
  problems: Record<string, string>;
  onChange: (changed: Partial<Typed>) => void;
};

/** The fields for the new secret or certificate, with a link to the page where secrets are created. */
function Proof(props: ProofProps) {
  const { credentialId, next, usedBy, provider, fields, typed, problems, onChange } = props;
  const proof = fields.find(({ id }) => id === "proof");
  const secret = fields.find(({ of }) => of === "secret");
  const expiry = fields.find(({ id }) => id === "secretExpiresOn");
  return (
    <>
      <p className="text-sm text-muted">
        {typed.proof === "certificate"
          ? `First upload the next certificate in ${provider}`
          : `First create another secret in ${provider}`}
        <SecretPage {...props} />. The old one keeps working meanwhile.{" "}
        {usedBy.length > 1
          ? `The new one is checked with ${usedBy.join(", ")}; either all of them switch or none does.`
          : "The new one is checked before it replaces the old one."}
      </p>
      {proof ? (
        <SelectField
          id="new-proof"
          label="Replace with"
          value={typed.proof}
          onChange={(event) =>
            onChange({ proof: event.target.value === "certificate" ? "certificate" : "secret" })
          }
        >
          {proof.options?.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      ) : null}
      {typed.proof === "certificate" ? (
        <CertificateField
          field={{
            label: "Next certificate",
            help: `Download the .cer, upload it in ${provider}, then check and replace.`,
          }}
          credentialId={credentialId}
          prepared={next}
          onPrepared={(certificateId) => onChange({ certificateId })}
        />
      ) : (
        <>
          <Field
            id="new-secret"
            label={`New ${secret?.label ?? "secret"}`}
            type="password"
            value={typed.secret}
            help={secret?.help}
            problem={problems.secret}
            onChange={(event) => onChange({ secret: event.target.value })}
          />
          {expiry ? (
            <Field
              id="new-expiry"
              label="Expires"
              type="date"
              value={typed.expires}
              help={expiry.help}
              problem={problems.secretExpiresOn}
              onChange={(event) => onChange({ expires: event.target.value })}
            />
          ) : null}
        </>
      )}
    </>
  );
}

/** A link in parentheses to the vendor's page where secrets are created. Renders nothing if the vendor has no such page. */
function SecretPage({ secretPage, secretsUrl }: Pick<Props, "secretPage" | "secretsUrl">) {
  if (!secretPage) return null;
  return (
    <>
      {" ("}
      {secretsUrl ? (
        <a className="text-accent underline" href={secretsUrl} target="_blank" rel="noreferrer">
          {secretPage}
        </a>
      ) : (
        secretPage
      )}
      )
    </>
  );
}

type ReplacedProps = Pick<Props, "secretPage" | "secretsUrl" | "provider"> & { by: Kind; oldHint: string };

function Replaced({ by, oldHint, secretPage, secretsUrl, provider }: ReplacedProps) {
  return (
    <Notice
      tone="success"
      title={by === "certificate" ? "The new certificate is in use" : "The new secret is in use"}
    >
      <p>{`Now delete the old one, which begins ${oldHint}, in ${provider}.`}</p>
      {secretsUrl ? (
        <a className={`${buttonStyle()} mt-2`} href={secretsUrl} target="_blank" rel="noreferrer">
          {`Open ${secretPage ?? provider}`}
        </a>
      ) : null}
    </Notice>
  );
}
