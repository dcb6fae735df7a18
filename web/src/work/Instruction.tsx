import { Loader, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { t } from "../kit/i18n";

// The markdown renderer is larger than the work screen itself: it comes with the first instruction opened.
const Markdown = lazy(async () => ({ default: (await import("../kit/ui/Markdown")).Markdown }));

/** A task's instruction, written in markdown by the customer. */
export function Instruction({ text }: { text: string }) {
  if (!text.trim()) return <Text c="dimmed">{t("work.noInstruction")}</Text>;
  return (
    <Suspense fallback={<Loader size="sm" />}>
      <Markdown text={text} />
    </Suspense>
  );
}
