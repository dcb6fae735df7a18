import { Text } from "@mantine/core";
import { t } from "../kit/i18n";
import { Markdown } from "../kit/ui/Markdown";

/** A task's instruction, written in markdown by the customer. */
export function Instruction({ text }: { text: string }) {
  return text.trim() ? <Markdown text={text} /> : <Text c="dimmed">{t("work.noInstruction")}</Text>;
}
