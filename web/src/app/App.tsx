import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { queryClient } from "./queries";
import { router } from "./router";
import { cssVariables, theme } from "./theme";

const schemes = localStorageColorSchemeManager({ key: "labelwright.scheme" });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Notifications position="bottom-center" limit={3} autoClose={5000} containerWidth={460} mb={56} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
