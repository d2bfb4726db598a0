"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { DeviceItem } from "#lib/alerting/devices/list.ts";
import { rename } from "../actions.ts";

type Props = { organisationId: string; device: DeviceItem };

/** A form that renames a device. Two phones of the same model have the same name at first. */
export function RenameDevice({ organisationId, device }: Props) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button aria-label={`Rename ${device.name}`} onClick={() => setAsked(true)}>
        Rename
      </Button>
      {isAsked ? (
        <NameDialog organisationId={organisationId} device={device} onClose={() => setAsked(false)} />
      ) : null}
    </>
  );
}

function NameDialog({ organisationId, device, onClose }: Props & { onClose: () => void }) {
  const [name, setName] = useState(device.name);
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so the name wasn't changed. Try again.",
  );
  return (
    <Dialog title={`Rename ${device.name}`} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          run(() => rename(organisationId, device.id, name), { done: onClose });
        }}
      >
        <Field
          id="device-name"
          label="Name"
          value={name}
          maxLength={60}
          required
          onChange={(event) => setName(event.target.value)}
        />
        {problem ? (
          <div role="alert">
            <Notice tone="danger" title={problem} />
          </div>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="primary" disabled={busy}>
            {busy ? "Saving …" : "Save name"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
