import type { ComponentType, SVGProps } from "react";
import { IconCallbacks, IconDeliveries, IconPeople, IconProjects, IconQueue, IconTasks } from "./icons";
import type { Area } from "./permissions";

export interface NavItem {
  area: Area;
  to: "/queue" | "/projects" | "/tasks" | "/people" | "/deliveries" | "/callbacks";
  icon: ComponentType<SVGProps<SVGSVGElement> & { size?: number }>;
}

/** The pages of the navigation, in order; shown as the role permits. */
export const NAV_ITEMS: readonly NavItem[] = [
  { area: "queue", to: "/queue", icon: IconQueue },
  { area: "projects", to: "/projects", icon: IconProjects },
  { area: "tasks", to: "/tasks", icon: IconTasks },
  { area: "people", to: "/people", icon: IconPeople },
  { area: "deliveries", to: "/deliveries", icon: IconDeliveries },
  { area: "callbacks", to: "/callbacks", icon: IconCallbacks },
];
