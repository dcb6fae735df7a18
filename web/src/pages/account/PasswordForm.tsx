import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, ApiError } from "../../api";
import { fieldError } from "../../app/fieldError";
import { queries, queryClient } from "../../app/queries";
import { t } from "../../kit/i18n";

const EMPTY = { current: "", fresh: "", repeated: "" };

/** Changes one's own password; the server ends every other session with it. */
export function PasswordForm({ email }: { email: string }) {
  const [values, setValues] = useState(EMPTY);
  const [differs, setDiffers] = useState(false);
  const inputs = {
    current: useRef<HTMLInputElement>(null),
    fresh: useRef<HTMLInputElement>(null),
    repeated: useRef<HTMLInputElement>(null),
  };
  const change = useMutation({
    mutationFn: () => api.changePassword(values.current, values.fresh),
    onSuccess: (session) => {
      queryClient.setQueryData(queries.session().queryKey, session);
      setValues(EMPTY);
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      if (error.field === "current_password") inputs.current.current?.focus();
      if (error.field === "new_password") inputs.fresh.current?.focus();
    },
  });
  const wrong = fieldError(change.error, "current_password", t("account.theCurrent"));
  const weak = fieldError(change.error, "new_password", t("account.theNew"));
  const field = (name: keyof typeof EMPTY) => ({
    ref: inputs[name],
    required: true,
    value: values[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [name]: value }));
      setDiffers(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    const unequal = values.fresh !== values.repeated;
    setDiffers(unequal);
    if (unequal) inputs.repeated.current?.focus();
    else change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {/* Tells password managers whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          {...field("current")}
          data-testid="password-current"
          label={t("account.current")}
          name="current-password"
          autoComplete="current-password"
          error={wrong}
          aria-invalid={wrong !== null}
        />
        <PasswordInput
          {...field("fresh")}
          data-testid="password-new"
          label={t("account.new")}
          description={t("account.newHint")}
          name="new-password"
          autoComplete="new-password"
          error={weak}
          aria-invalid={weak !== null}
        />
        <PasswordInput
          {...field("repeated")}
          data-testid="password-repeated"
          label={t("account.repeated")}
          name="repeated-password"
          autoComplete="new-password"
          error={differs && t("account.differs")}
          aria-invalid={differs}
        />
        {change.isError && wrong === null && weak === null && (
          <Alert color="danger" role="alert" p="xs">
            {change.error instanceof ApiError ? change.error.message : t("app.error.broken.text")}
          </Alert>
        )}
        {change.isSuccess && (
          <Alert role="status" p="xs">
            {t("account.changed")}
          </Alert>
        )}
        <Button type="submit" loading={change.isPending} data-testid="password-change">
          {t("account.change")}
        </Button>
      </Stack>
    </form>
  );
}
