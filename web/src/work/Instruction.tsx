import { Text } from "@mantine/core";
import { t } from "../kit/i18n";
import { Markdown } from "../kit/markdown/Markdown";

/** A task's instruction, written in markdown or HTML by the customer. */
export function Instruction({ text }: { text: string }) {
  return text.trim() ? <Markdown text={text} instruction /> : <Text c="dimmed">{t("work.noInstruction")}</Text>;
}
