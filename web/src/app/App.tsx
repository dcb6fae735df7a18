import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Later } from "../kit/ui/Later";
import { queryClient } from "./queries";
import { router } from "./router";
import { cssVariables, theme } from "./theme";

// What is said before they are there is shown once they are.
const loadToasts = async () => (await import("./Toasts")).Toasts;
const NOTHING = {};
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
        <Later load={loadToasts} props={NOTHING} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
