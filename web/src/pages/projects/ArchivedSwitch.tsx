import { Checkbox } from "@mantine/core";
import { t } from "../../kit/i18n";

interface Props {
  rows: readonly { archived: boolean }[];
  shown: boolean;
  onChange(shown: boolean): void;
}

/** Shows what is put away, too; not there while nothing is. */
export function ArchivedSwitch({ rows, shown, onChange }: Props) {
  const count = rows.filter(({ archived }) => archived).length;
  if (count === 0) return null;
  return (
    <Checkbox
      label={t("projects.showArchived", { count })}
      checked={shown}
      onChange={(event) => onChange(event.currentTarget.checked)}
      data-testid="show-archived"
    />
  );
}
