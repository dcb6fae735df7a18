import { Alert, Checkbox, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type FormState } from "../../api";
import { mayManage } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { partsOf } from "./parts";

interface Props {
  form: FormState;
  /** null: tasks that belong to no project. */
  project: string | null;
}

/** Says which tasks wait because no editor draws their answers, and lets managers allow the form. */
export function FormNotice({ form, project }: Props) {
  const client = useQueryClient();
  const manages = mayManage(useUser().role);
  const allow = useMutation({
    mutationFn: (allowed: boolean) => api.allowForm(project, allowed),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: queries.projects().queryKey }),
  });
  const { allowed, waiting, lacks } = form;
  if (lacks.length === 0 && waiting === 0 && (project !== null || !allowed)) return null;
  const parts = partsOf(lacks);
  return (
    <Alert
      color={waiting > 0 ? "amber" : "gray"}
      title={waiting > 0 ? t("form.waiting", { count: waiting }) : t("form.none")}
      data-testid={project === null ? "form-notice" : `form-notice-${project}`}
    >
      <Stack gap="xs">
        <Text size="sm" maw={760}>
          {parts === "" ? t("form.why") : t("form.whyParts", { parts })} {t("form.then")}
        </Text>
        {manages ? (
          <Checkbox
            label={t(project === null ? "form.allowWithout" : "form.allow")}
            description={t("form.allowHint")}
            checked={allow.isPending ? allow.variables : allowed}
            onChange={(event) => allow.mutate(event.currentTarget.checked)}
            data-testid="allow-form"
          />
        ) : (
          <Text size="sm">{t(allowed ? "form.allowed" : "form.ask")}</Text>
        )}
      </Stack>
    </Alert>
  );
}
