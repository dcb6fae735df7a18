import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { t } from "../../kit/i18n";

/** A text to be taken elsewhere: selected by a click, copied by the button. */
export function CopyField({ label, text, testId }: { label: string; text: string; testId: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // Plain http has no clipboard API; there the selected text is copied the old way.
    if (window.isSecureContext) await navigator.clipboard.writeText(text);
    else document.execCommand("copy");
    setCopied(true);
  };
  return (
    <TextInput
      ref={field}
      label={label}
      value={text}
      readOnly
      onFocus={(event) => event.currentTarget.select()}
      data-testid={testId}
      rightSectionWidth={84}
      rightSection={
        <Button size="compact-xs" variant="default" onClick={() => void copy()}>
          {t(copied ? "people.copied" : "people.copy")}
        </Button>
      }
    />
  );
}
