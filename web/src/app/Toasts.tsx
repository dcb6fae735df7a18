import { Notifications } from "@mantine/notifications";

/** Where short messages appear. */
export function Toasts() {
  return <Notifications position="bottom-center" limit={3} autoClose={5000} containerWidth={460} mb={56} />;
}
