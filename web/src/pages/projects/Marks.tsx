import { Badge } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ProjectRow } from "../../api";
import { t } from "../../kit/i18n";

/** How many of a project's tasks nobody gets, and how many wait for an editor. */
export function Marks({ row }: { row: ProjectRow }) {
  const { stuck, form, name } = row;
  return (
    <>
      {stuck > 0 && (
        <Badge
          variant="light"
          color="danger"
          style={{ cursor: "pointer" }}
          renderRoot={(props) => <Link to="/stuck" search={{ project: name }} {...props} />}
          data-testid={`stuck-of-${name}`}
        >
          {t("projects.stuck", { count: stuck })}
        </Badge>
      )}
      {form.waiting > 0 && (
        <Badge
          variant="light"
          color="amber"
          style={{ cursor: "pointer" }}
          renderRoot={(props) => <Link to="/projects/$name" params={{ name }} {...props} />}
        >
          {t("projects.waiting", { count: form.waiting })}
        </Badge>
      )}
    </>
  );
}
