import { TextInput, type TextInputProps } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useUnread } from "../doc/unread";
import { addMessages, t } from "../i18n";
import messages from "./messages.en.json";
import { isZoneless, pickedMoment, shownDay, shownMoment, zoneText } from "./moments";

addMessages(messages);

export type MomentKind = "date" | "date-time" | "time";

export interface MomentFieldProps
  extends Pick<
    TextInputProps,
    "id" | "label" | "description" | "error" | "disabled" | "size" | "withAsterisk" | "required" | "readOnly"
  > {
  kind: MomentKind;
  /** Names the field when what is typed is not complete. */
  title: string;
  /** ISO 8601. */
  value: unknown;
  onChange: (value: string | undefined) => void;
}

const TYPES = { date: "date", "date-time": "datetime-local", time: "time" } as const;

/** A date, a time, or both, with the browser's own picker; says in which time zone. */
export function MomentField({ kind, title, value, onChange, description, ...shared }: MomentFieldProps) {
  const [bad, setBad] = useState(false);
  useUnread(bad ? t("kit.fields.bad", { title }) : null);
  const shown = kind === "date" ? shownDay(value) : kind === "date-time" ? shownMoment(value) : String(value ?? "");
  // What is typed by halves is no value, and causes no change.
  const look = (event: SyntheticEvent<HTMLInputElement>): void => setBad(event.currentTarget.validity.badInput);
  const take = (event: SyntheticEvent<HTMLInputElement>): void => {
    look(event);
    const text = event.currentTarget.value;
    onChange(kind === "date-time" ? pickedMoment(text) : text || undefined);
  };
  const zone = kind === "date-time" && (
    <>
      {t("kit.fields.zone", { zone: zoneText(value) })} {isZoneless(value) && t("kit.fields.utc")}
    </>
  );
  return (
    <TextInput
      {...shared}
      description={
        description || zone ? (
          <>
            {description} {zone}
          </>
        ) : undefined
      }
      error={bad ? t("kit.fields.bad", { title }) : shared.error}
      type={TYPES[kind]}
      step={kind === "date" ? undefined : "any"}
      value={shown}
      onChange={take}
      onKeyUp={look}
      onBlur={look}
    />
  );
}
