import { Badge, UnstyledButton } from "@mantine/core";
import { useStore } from "zustand";
import { overlays } from "../app/overlays";
import { t } from "../kit/i18n";
import { outbox } from "./runtime";

/** "2 unsent": answers on their way, and answers the server refused. Nothing is shown when all is sent. */
export function UnsentBadge() {
  const { waiting, refused, sending, storing } = useStore(outbox.state);
  const count = waiting.length + refused.length;
  const urgent = refused.length > 0 || sending === "logged_out";
  // A healthy send takes milliseconds: no flicker for it, but the element stays for tests and screen readers.
  const quiet = count === 0 || (!urgent && sending === "sending" && count === 1);
  return (
    <UnstyledButton
      data-testid="unsent-badge"
      data-count={count}
      data-stored={storing === 0}
      hidden={quiet}
      style={quiet ? { display: "none" } : { minHeight: 24, display: "inline-flex", alignItems: "center" }}
      aria-label={t("work.unsent.label", { count })}
      onClick={() => overlays.setState({ unsent: true })}
    >
      <Badge
        color={urgent ? "danger" : "amber"}
        variant={urgent ? "filled" : "light"}
        style={{ cursor: "pointer" }}
      >
        {t("work.unsent.badge", { count })}
      </Badge>
    </UnstyledButton>
  );
}
